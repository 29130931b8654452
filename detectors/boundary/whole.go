package boundary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// wholeWords are words and set phrases in which a word that rules often look for
// means something else: 丝袜奶茶 is tea, 处女座 a star sign, a student loan nobody's
// bait. They are written down from general knowledge, without what somebody may
// well want to find: 强奸犯 is still about 强奸. Chinese ones are in simplified
// characters, others in lower case with single spaces.
const wholeWords = `
处女座 处女作 处女航 处女地 处女秀 处女峰 林阴道 林荫道 绿荫道 丝袜奶茶 露点温度 露点仪 露点传感器 零露点 大麻哈鱼 鸦片战争 鸦片鱼
隐形眼镜 隐形战机 隐形飞机 隐形冠军 隐形轰炸机 天安门广场 天安门城楼 天安门东 天安门西 外围设备 外围电路 外围墙 外围地区 外围赛 外围芯片
外围器件 外围护栏 外围防线 情人节 有情人 知情人 成人礼 成人高考 成人教育 成人之美 成人票 成人牙 成人自考 成人本科 成人尿布 成人用量
成人剂量 未成人 三级跳 三级甲等 三级医院 三级公路 三级标题 三级联动 三级缓存 三级域名 三级残疾 三级建造师 激情澎湃 激情四射 激情演讲
满怀激情 工作激情 创业激情 激情燃烧 诱惑力 飞行模式 飞行员 飞行器 飞行棋 飞行时间 飞行高度 飞行速度 飞行控制 旋转木马
木马计 特洛伊木马 病毒性 病毒感染 冠状病毒 流感病毒 病毒学 病毒检测 抗病毒 防病毒 乙肝病毒 诺如病毒 轮状病毒 病毒式 深水炸弹
爆炸头 爆炸图 爆炸盐 信息爆炸 知识爆炸 人口爆炸 宇宙大爆炸 生命大爆炸 恐怖片 恐怖小说 恐怖游戏 恐怖电影 恐怖故事 恐怖谷 自杀干预
预防自杀 自杀热线 防自杀 反洗钱 反诈骗 防诈骗 反赌博 反走私 反恐怖 反传销 反腐败 反间谍 反黑客 空调罢工 电脑罢工 手机罢工
机器罢工 发动机罢工 打印机罢工 洗衣机罢工 冰箱罢工 电梯罢工 服务器罢工 键盘罢工 鼠标罢工 网络罢工 大脑罢工 身体罢工 嗓子罢工 卧槽马
小姐姐 小姐妹 大小姐 千金小姐 送货上门 找上门 上门女婿 上门安装 上门维修 上门取件 上门推销 上门测量 上门体检 上门家教 上门拜访
上门提亲 上门回收 按摩椅 按摩仪 按摩器 按摩枕 按摩膏 盲人按摩 颈部按摩 头皮按摩 腹部按摩 心脏按摩 眼部按摩 足疗机 代理律师 代理服务器
代理人 代理权 反向代理 正向代理 代理模式 动态代理 静态代理 代理校长 代理主席 代理书记 代理市长 委托代理 诉讼代理 代办处 代办所
代办点 制服歹徒 制服劫匪 手枪钻 手枪腿 手枪式 打气枪 热气枪 吹气枪 子弹头 子弹笔记 子弹时间 子弹短信 原子弹 中子弹 大师傅 大师兄
大师姐 大师赛 黑人牙膏 黑人问号 黑人音乐 棒子面 玉米棒子 棒子骨 鬼子姜 垃圾桶 垃圾袋 垃圾分类 垃圾站 垃圾车 垃圾箱 垃圾邮件
垃圾回收 垃圾处理 垃圾焚烧 垃圾短信 垃圾场 垃圾房 清理垃圾 倒垃圾 扔垃圾 丢垃圾 厨余垃圾 湿垃圾 干垃圾 可回收垃圾 有害垃圾 建筑垃圾
生活垃圾 废物利用 废物处理 固体废物 危险废物 医疗废物 变态反应 完全变态 变态发育 变态辣 飞机票 飞机场 飞机餐 坐飞机 乘飞机 开飞机
飞机晚点 飞机延误 飞机模型 飞机盒 直升飞机 电报机 电报局 安兔兔跑分 鲁大师跑分 手机跑分 显卡跑分 跑分软件 跑分成绩 跑分测试
跑分排行 跑分截图 跑分对比 跑分数据 发票抬头 发票查验 发票报销 助学贷款 信用卡账单 信用卡还款日 身份证明 家庭暴力 冷暴力
反家暴 暴力破解 暴力枚举 暴力搜索 暴力美学 暴力熊 杀人游戏 死亡率 死亡证明 死亡笔记 死亡之组 死亡搁浅 死亡谷 血腥玛丽
聊以自慰 麻将凉席 空投物资 空投箱 捡空投 黑客松 黑客马拉松 黑客帝国 攻击力 攻击距离 攻击速度 普通攻击 爬梯子 折叠梯子 人字梯子
木梯子 竹梯子 机场大巴 机场高速 机场安检 机场巴士 机场快线 国际机场 首都机场 军用机场 种子选手 种子队 种子发芽 植物种子
蔬菜种子 种子用户 种子轮 花种子 草种子 瓜种子 随机种子 种子公司 播种子 磁力线 磁力片 磁力泵 磁力座 磁力贴 电磁力 电话号码
手机号码 号码牌 花车游行 彩车游行 节日游行 交通警察 警察叔叔 警察故事 高潮迭起 副歌高潮 剧情高潮 小三阳 小三通 小三峡
小三门 小三元 二奶奶 桑拿天 桑拿房 白粉病 蛋白粉 漂白粉 白粉虱 白粉笔 摇头风扇 摇头扇 外挂硬盘 外挂字幕 空调外挂机 外挂式
外挂楼梯 私服穿搭 明星私服 复制粘贴 基因复制 主从复制 视频会议 车轮子 造轮子 六合区 六合县 天地六合 尼玛县 六四开 六四分
棋牌室 器官移植 器官捐献 外汇储备 外汇管理 乳房检查 乳房结节 乳房外科 列车出轨 火车出轨 地铁出轨 货车出轨 冠军队 面包房 啤酒店
枪手座 麻醉师 麻醉科 毒鸡汤 咪咪虾条 阴道炎 阴道镜 群发邮件 定位球 火药味
free software
free speech
free will
free fall
free kick
free throw
free memory
free space
toll free
sugar free
gluten free
duty free
hands free
tax free
lock free
feel free
fork bomb
bath bomb
photo bomb
cherry bomb
bomb squad
bomb shelter
bomb cyclone
logic bomb
zip bomb
suicide prevention
suicide hotline
suicide awareness
suicide squad
nobel prize
pulitzer prize
turner prize
student loan
student loans
loan word
loan words
library loan
nude lipstick
nude mouse
nude mice
casino royale
kill switch
kill signal
kill command
buzz kill
drug store
drug trial
drug delivery
drug discovery
sex education
sex ratio
same sex
fair sex
food porn
adult education
adult learners
young adult
carbon dating
radiocarbon dating
you bet
safe bet
cash register
cash flow
cash crop
petty cash
weed killer
weed control
hash brown
hash browns
hash table
hash map
police escort
ford escort
escort vehicle
gay lussac
shot glass
flu shot
head shot
screen shot
gun shot
nail gun
glue gun
heat gun
massage chair
crack open
coke oven
diet coke
moby dick
spotted dick
pussy willow
pussy riot
cock crow
stop cock
blue tit
great tit
coal tit
magic trick
член жюри
члены жюри
член команды
член партии
член союза
член семьи
члены семьи
член комиссии
член правления
член совета
член экипажа
член клуба
член предложения
члены предложения
свободный член
общий член
ставка налога
ставка рефинансирования
ключевая ставка
ставка дисконтирования
казино рояль
половое воспитание
kill process
kill processes
kill task
kill session
kill job
kill pid
kill time
kill count
kill streak
kill cam
kill bill
kill query
road kill
process kill
free time
free up
free agent
free radical
free radicals
free verse
free range
free lunch
bug free
error free
fat free
pain free
smoke free
care free
drug free
cage free
dairy free
lead free
oil free
scot free
free list
free heap
free tier
free form
free standing
royalty free
caffeine free
alcohol free
cruelty free
sex chromosome
sex chromosomes
sex hormone
sex hormones
sex determination
sex discrimination
sex linked
opposite sex
biological sex
sex differences
single sex
sex assigned
drug test
drug tests
drug interaction
drug interactions
drug resistant
drug resistance
prescription drug
prescription drugs
drug administration
drug allergy
drug company
drug stores
anti drug
generic drug
drug dosage
sea weed
milk weed
weed whacker
weed wacker
weed out
duck weed
tumble weed
photo shoot
shoot hoops
bamboo shoot
bamboo shoots
trouble shoot
green shoot
green shoots
shoot out
staple gun
spray gun
caulking gun
massage gun
water gun
radar gun
top gun
nerf gun
grease gun
paint gun
gun metal
tattoo gun
soldering gun
gun dog
time bomb
smoke bomb
bomb calorimeter
hydrogen bomb
atomic bomb
seed bomb
calorie bomb
love bomb
glitter bomb
bomb disposal
bomb pop
long shot
snap shot
big shot
shot put
mug shot
slap shot
espresso shot
booster shot
one shot
few shot
zero shot
shot list
jump shot
drone shot
hash function
hash functions
hash code
hash tag
git hash
hash value
password hash
commit hash
hash join
hash index
hash ring
crack a joke
wise crack
crack down
nut crack
crack of dawn
sidewalk crack
dick cheney
dick clark
dick tracy
dick grayson
dick van dyke
van dyke
weather cock
shuttle cock
ball cock
cock robin
pussy cat
tit for tat
great tits
blue tits
wild ass
pack ass
massage therapist
massage therapy
heart massage
massage roller
cardiac massage
scalp massage
coke zero
cherry coke
vanilla coke
coke bottle
coke float
flower pot
pot luck
tea pot
coffee pot
pot roast
pot pie
crock pot
melting pot
instant pot
pot hole
hot pot
joint pain
joint venture
joint account
knee joint
hip joint
ball joint
burger joint
joint statement
joint probability
acid rain
amino acid
amino acids
citric acid
acid reflux
fatty acid
fatty acids
folic acid
hydrochloric acid
acid test
nucleic acid
slave cylinder
master slave
slave node
slave replica
slave device
slave narrative
nude color
nude colour
nude shade
nude heels
nude palette
nude tights
strip mall
strip steak
comic strip
led strip
power strip
gaza strip
test strip
test strips
drag strip
rumble strip
landing strip
strip method
sunset strip
new york strip
heart attack
panic attack
asthma attack
attack damage
attack surface
attack helicopter
counter attack
life hack
life hacks
hack night
hack week
growth hack
spam filter
spam folder
spam musubi
spam sandwich
anti spam
suicide door
suicide doors
suicide squeeze
suicide watch
earth porn
ruin porn
anal gland
anal glands
anal fissure
anal retentive
cum laude
cum sum
semen analysis
breast cancer
chicken breast
chicken breasts
breast feeding
breast stroke
turkey breast
duck breast
breast milk
breast pump
breast pocket
breast plate
grease nipple
bottle nipple
nipple shield
finger prick
prick test
pin prick
screw driver
screw cap
set screw
wood screw
screw thread
blow dry
blow dryer
blow torch
blow hole
blow fish
blow drying
garden hoe
back hoe
fag end
door knob
volume knob
meat balls
beaver dam
kinky hair
kinky boots
spic and span
chink in
nip and tuck
maine coon
graham cracker
nut cracker
fire cracker
ritz cracker
cracker barrel
rape seed
rape oil
abort signal
abort transaction
child process
child node
child theme
orphan process
zombie process
penetration test
penetration testing
penetration tester
market penetration
ddos protection
ddos mitigation
brute force attack
adult learner
adult supervision
adult ticket
adult size
adult diapers
young adults
adult swim
adult literacy
carbon dated
speed dating
dating system
cash in hand
cash cow
cash point
cash box
best bet
i bet
loan period
police escorts
ford escorts
escort duty
armed escort
escort carrier
escort mission
escort quest
viral load
virus scan
virus scanner
virus definitions
computer virus
член корреспондент
член политбюро
член суда
член коллегии
член ассоциации
член сборной
член делегации
член парламента
член общества
член кооператива
член профсоюза
члены кооператива
члены профсоюза
члены правления
члены комиссии
члены клуба
члены команды
члены экипажа
члены суда
члены общества
члены совета
члены партии
члены союза
члены уравнения
член уравнения
член ряда
член последовательности
очная ставка
процентная ставка
ставка по вкладу
ставка по кредиту
налоговая ставка
базовая ставка
учетная ставка
ставка верховного
тарифная ставка
ставка ндфл
ставка ндс
ставка фрс
ставка цб
секс символ
секс просвещение
сухая трава
зеленая трава
газонная трава
лекарственная трава
скошенная трава
каменноугольный кокс
доменный кокс
металлургический кокс
кокс и уголь
голубой цвет
голубой экран
голубой вагон
голубой огонек
закладка фундамента
закладка браузера
закладка для книги
поваренная соль
морская соль
кредит доверия
бомба для ванны
водородная бомба
атомная бомба
убить время
убить процесс
племенная сука
`

// maxWhole is how many characters a whole word of Chinese has at most.
const maxWhole = 7

// readWholes fills the set of whole words: those of a line with Chinese in it are
// many, any other line is one phrase.
func readWholes(lines string) map[string]struct{} {
	all := make(map[string]struct{})
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if first, _ := utf8.DecodeRuneInString(line); !han(first) {
			all[line] = struct{}{}
			continue
		}
		for word := range strings.FieldsSeq(line) {
			all[word] = struct{}{}
		}
	}
	return all
}

// whole is a whole word around the hit that is longer than it.
func (l *Lexicon) whole(p *passage) (word string, found bool) {
	var buffer [utf8.UTFMax * maxWhole]byte
	for i := max(0, p.end-maxWhole); i <= p.start; i++ {
		b := buffer[:0]
		for j := i; j < min(p.n, i+maxWhole); j++ {
			b = utf8.AppendRune(b, p.runes[j])
			if j+1 < p.end || i == p.start && j+1 == p.end {
				continue
			}
			if _, known := l.wholes[string(b)]; known {
				return p.text[p.at[i]:p.at[j+1]], true
			}
		}
	}
	return "", false
}

// number is the Chinese number that the hit is a part of: digits alone are one
// (六四), but not where units count them (六四二十四).
func (p *passage) number() (number string, found bool) {
	for _, r := range p.runes[p.start:p.end] {
		if !strings.ContainsRune(digits, r) {
			return "", false
		}
	}
	from, to := p.start, p.end
	for from > 0 && strings.ContainsRune(digits+units, p.runes[from-1]) {
		from--
	}
	for to < p.n && strings.ContainsRune(digits+units, p.runes[to]) {
		to++
	}
	number = p.text[p.at[from]:p.at[to]]
	return number, strings.ContainsAny(number, units)
}

const (
	digits = "〇零一二两三四五六七八九"
	units  = "十百千万亿"
)

// phrase is a set phrase of up to three words of a script with spaces that the hit is a
// part of, or the call of a function of that name: free() frees nobody.
func (l *Lexicon) phrase(text string, start, end int) (phrase string, found bool) {
	if strings.HasPrefix(text[end:], "()") {
		return text[start:end] + "()", true
	}
	before, after := wordBefore(text, start), wordAfter(text, end)
	for _, span := range [...][2]int{{before, end}, {start, after}, {before, after}, {wordBefore(text, before), end}, {start, wordAfter(text, after)}} {
		if span == [2]int{start, end} {
			continue
		}
		written := text[span[0]:span[1]]
		if len(written) > longestPhrase {
			continue
		}
		plain := strings.ReplaceAll(strings.ToLower(written), "-", " ")
		if _, known := l.wholes[plain]; known {
			return written, true
		}
	}
	return "", false
}

// longestPhrase bounds in bytes what is looked up as a phrase.
const longestPhrase = 64

// wordBefore is where the word begins that stands before at, one space or hyphen
// away; at where none does.
func wordBefore(text string, at int) int {
	rest := strings.TrimRight(text[:at], " -")
	if len(text[:at])-len(rest) != 1 {
		return at
	}
	word := strings.TrimRightFunc(rest, spelled)
	if len(word) == len(rest) {
		return at
	}
	return len(word)
}

// wordAfter is where the word ends that stands after at, one space or hyphen
// away; at where none does.
func wordAfter(text string, at int) int {
	rest := strings.TrimLeft(text[at:], " -")
	if len(text[at:])-len(rest) != 1 {
		return at
	}
	word := strings.TrimLeftFunc(rest, spelled)
	if len(word) == len(rest) {
		return at
	}
	return len(text) - len(word)
}

// spelled reports whether r is a letter of a script with spaces.
func spelled(r rune) bool { return unicode.IsLetter(r) && !han(r) }
