// Drives a server with node-napcat-ts and prints one JSON object of what it saw.
// Usage: node client.mjs ws://host:port token
import { NCWebsocket, Structs } from 'node-napcat-ts'

const [baseUrl, accessToken] = process.argv.slice(2)
const bot = new NCWebsocket({ baseUrl, accessToken, apiTimeout: 10000, reconnection: { enable: false } })
const saw = { notices: [] }
const refusal = async (promise) => {
  try {
    await promise
    return null
  } catch (failed) {
    return { retcode: failed.retcode, message: failed.message }
  }
}

bot.on('meta_event.lifecycle', (e) => { saw.lifecycle = e.sub_type })
bot.on('notice.group_ban', (e) => saw.notices.push({ type: e.notice_type, sub: e.sub_type, user: e.user_id, duration: e.duration }))
bot.on('notice.group_decrease', (e) => saw.notices.push({ type: e.notice_type, sub: e.sub_type, user: e.user_id }))
bot.on('notice.group_recall', (e) => saw.notices.push({ type: e.notice_type, user: e.user_id, message: e.message_id }))
bot.on('message.group', async (e) => {
  const { group_id, user_id, message_id } = e
  saw.message = { group_id, user_id, message_id, segments: e.message, raw: e.raw_message, role: e.sender.role, nickname: e.sender.nickname }
  try {
    saw.login = await bot.get_login_info()
    saw.groups = await bot.get_group_list()
    saw.members = await bot.get_group_member_list({ group_id })
    saw.sent = await bot.send_group_msg({ group_id, message: [Structs.reply(message_id), Structs.at(user_id), Structs.text(' [CQ:at,qq=all] & co')] })
    await bot.set_group_ban({ group_id, user_id, duration: 600 })
    saw.muted = await bot.get_group_member_info({ group_id, user_id, no_cache: true })
    saw.tooShort = await refusal(bot.set_group_ban({ group_id, user_id, duration: 5 }))
    await bot.set_group_ban({ group_id, user_id, duration: 0 })
    await bot.delete_msg({ message_id })
    saw.deletedTwice = await refusal(bot.delete_msg({ message_id }))
    saw.banOwner = await refusal(bot.set_group_ban({ group_id, user_id: 32345678, duration: 600 }))
    saw.unknown = await refusal(bot.send('no_such_action', {}))
    await bot.set_group_kick({ group_id, user_id, reject_add_request: true })
    saw.gone = await refusal(bot.get_group_member_info({ group_id, user_id, no_cache: true }))
  } catch (failed) {
    saw.error = String(failed?.message ?? failed)
  }
  console.log(JSON.stringify(saw))
  await bot.disconnect()
  process.exit(0)
})
bot.on('socket.error', (e) => {
  console.log(JSON.stringify({ refused: true, detail: e.error_type }))
  process.exit(0)
})
await bot.connect()
console.log('connected')
