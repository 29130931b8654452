package console

import (
	"encoding/json"
	"net/http"
	"path"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"

	"patrol/bot/review"
	"patrol/bot/stats"
	"patrol/rules/lang"
)

// endpoints are the whole API.
func (c *Console) endpoints() []endpoint {
	const v1 = "/api/v1"
	list := []endpoint{
		{pattern: "GET " + v1 + "/openapi.json", needs: anybody, about: lang.T("本文档", "this document"), gives: map[string]any{}, answer: c.apiDocument},
		{pattern: "GET " + v1 + "/me", needs: review.See, about: lang.T("谁在调用，能看到什么", "who calls, and what they see"), gives: meAnswer{}, answer: c.apiMe},
		{pattern: "GET " + v1 + "/waiting", needs: review.See, scope: review.ReadCases, about: lang.T("多少案件在等人；只看得到部分群的人，最多数到 10000", "how many cases wait; counted up to 10000 for who sees some chats only"), gives: waitingAnswer{}, answer: c.apiWaiting},
		{pattern: "GET " + v1 + "/cases", needs: review.See, scope: review.ReadCases, query: caseParameters, gives: casesAnswer{}, answer: c.apiCases,
			about: lang.T("案件。只要 open 或超时的时按期限排，否则新的在前", "cases: by due time where only open or overdue ones are asked for, else the newest first")},
		{pattern: "GET " + v1 + "/cases/{id}", needs: review.See, scope: review.ReadCases, about: lang.T("一个案件", "one case"), gives: review.Case{}, answer: c.apiCase},
		{pattern: "GET " + v1 + "/cases/{id}/timeline", needs: review.See, scope: review.ReadLedger, about: lang.T("账本中关于一个案件的条目", "what the ledger says of one case"), gives: timelineAnswer{}, answer: c.apiTimeline},
		{pattern: "GET " + v1 + "/stats", needs: review.See, scope: review.ReadCases, query: statsParameters, gives: stats.Report{}, answer: c.apiStats,
			about: lang.T("一段时间的统计：消息、命中、处置、裁决，以及由抽检估计的准确率和召回率", "the numbers of a time: messages, hits, actions, verdicts, and precision and recall as estimated from what was drawn by chance")},
		{pattern: "POST " + v1 + "/bulk", needs: review.Decide, scope: review.DecideCases, about: lang.T("对许多案件做同一件事", "one verb for many cases"), body: bulkBody{}, gives: bulkAnswer{}, answer: c.apiBulk},
		{pattern: "GET " + v1 + "/ledger", needs: review.See, scope: review.ReadLedger, query: ledgerParameters, about: lang.T("账本", "the ledger"), gives: ledgerAnswer{}, answer: c.apiLedger},
		{pattern: "GET " + v1 + "/query", needs: review.See, scope: review.ReadCases, query: queryParameters, about: lang.T("用一句 SELECT 查询案件", "ask about cases with a SELECT"), gives: queryAnswer{}, answer: c.apiQuery},
		{pattern: "GET " + v1 + "/rules", needs: review.See, scope: review.ReadRules, about: lang.T("生效中的规则", "the rules at work"), gives: rulesAnswer{}, answer: c.apiRules},
	}
	for _, known := range verbs {
		list = append(list, endpoint{
			pattern: "POST " + v1 + "/cases/{id}/" + known.name, needs: review.Decide, scope: review.DecideCases,
			about: known.about, body: verbBody{}, gives: review.Case{}, answer: c.apiVerb(known),
		})
	}
	return list
}

type object = map[string]any

// apiDocument is the OpenAPI 3.1 description of all endpoints.
func (c *Console) apiDocument(*http.Request, *visit, any) (any, error) {
	return describe(c.endpoints())
}

// Call is one thing that the API answers to, for help.
type Call struct {
	Method, Path string
	Scope        review.Scope // that a token needs; "" where any will do
	About        lang.Text
}

// Calls are all of the API, in their order.
func Calls() []Call {
	var list []Call
	for _, e := range (&Console{}).endpoints() {
		method, path, _ := strings.Cut(e.pattern, " ")
		list = append(list, Call{method, path, e.scope, e.about})
	}
	return list
}

// describe makes the document from the table, so that it can't say anything else.
func describe(list []endpoint) (object, error) {
	schemas := object{}
	paths := object{}
	for _, e := range list {
		method, route, _ := strings.Cut(e.pattern, " ")
		at, ok := paths[route].(object)
		if !ok {
			at = object{}
			paths[route] = at
		}
		operation, err := e.describe(schemas)
		if err != nil {
			return nil, err
		}
		at[strings.ToLower(method)] = operation
	}
	if _, err := schemaOf(problem{}, schemas); err != nil {
		return nil, err
	}
	return object{
		"openapi": "3.1.0",
		"info": object{
			"title": "Patrol", "version": "1",
			"description": "Cases, verdicts, ledger and rules of a Patrol console. A token sees and does what its owner may, as far as its scopes go. " +
				"Durations are nanoseconds. Fields may be added: ignore what you do not know.\n\n审核台的案件、裁决、账本和规则。令牌在其权限范围内，能看、能做的与其主人相同。时长以纳秒计。字段可能增加：不认识的请忽略。",
		},
		"paths": paths,
		"components": object{
			"schemas": schemas,
			"securitySchemes": object{
				"token":   object{"type": "http", "scheme": "bearer", "description": "patrol tokens add, or My account"},
				"session": object{"type": "apiKey", "in": "cookie", "name": "patrol", "description": "the login of a page; what changes something also needs X-Patrol-CSRF"},
			},
		},
	}, nil
}

func (e *endpoint) describe(schemas object) (object, error) {
	gives, err := schemaOf(e.gives, schemas)
	if err != nil {
		return nil, err
	}
	problems := func(about string) object {
		return object{"description": about, "content": object{"application/problem+json": object{"schema": object{"$ref": componentOf("problem")}}}}
	}
	responses := object{"200": object{"description": "OK", "content": object{"application/json": object{"schema": gives}}}}
	operation := object{"operationId": e.id(), "summary": e.about.En, "description": e.about.Zh, "responses": responses, "security": []any{}}
	if e.needs != anybody {
		responses["401"], responses["403"], responses["429"] = problems("nobody is logged in"), problems("the role or the scope does not allow it"), problems("too many calls: see Retry-After")
		operation["security"] = []any{object{"token": scopesOf(e.scope)}, object{"session": []string{}}}
	}
	responses["400"] = problems("a parameter or the body is wrong")
	if strings.Contains(e.pattern, "{id}") {
		responses["404"] = problems("there is no such case, or it is out of reach")
	}
	if e.body != nil {
		body, err := schemaOf(e.body, schemas)
		if err != nil {
			return nil, err
		}
		operation["requestBody"] = object{"required": false, "content": object{"application/json": object{"schema": body}}}
		responses["409"], responses["415"], responses["422"] = problems("the case stands otherwise"), problems("the body is no JSON"), problems("something is missing")
	}
	operation["parameters"] = e.parameters()
	return operation, nil
}

func scopesOf(s review.Scope) []string {
	if s == "" {
		return []string{}
	}
	return []string{string(s)}
}

// id names the operation: "get_cases_id".
func (e *endpoint) id() string {
	clean := strings.NewReplacer(" /api/v1/", "_", "/", "_", "{", "", "}", "", "-", "_", ".", "_").Replace(e.pattern)
	return strings.ToLower(clean)
}

func (e *endpoint) parameters() []any {
	list := []any{}
	if strings.Contains(e.pattern, "{id}") {
		list = append(list, object{"name": "id", "in": "path", "required": true, "schema": object{"type": "string"}, "description": "the whole id of a case"})
	}
	for _, p := range e.query {
		schema := object{"type": "string"}
		switch {
		case len(p.enum) > 0:
			schema["enum"] = p.enum
		case p.form == "integer":
			schema = object{"type": "integer", "minimum": 0}
		case p.form != "":
			schema["format"] = p.form
		}
		if p.many {
			schema = object{"type": "array", "items": schema}
		}
		list = append(list, object{"name": p.name, "in": "query", "schema": schema, "description": p.about.En + " / " + p.about.Zh})
	}
	return list
}

func componentOf(name string) string { return "#/components/schemas/" + name }

// schemaOf is the schema of values like that; what it refers to is added to schemas.
func schemaOf(like any, schemas object) (object, error) {
	reflector := jsonschema.Reflector{
		Anonymous: true, AllowAdditionalProperties: true,
		Namer: func(t reflect.Type) string {
			if pkg := path.Base(t.PkgPath()); t.Name() != "" && pkg != "console" {
				return pkg + "." + t.Name()
			}
			return t.Name()
		},
	}
	data, err := json.Marshal(reflector.Reflect(like))
	if err != nil {
		return nil, err
	}
	var schema object
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(data), `"#/$defs/`, `"`+componentOf(""))), &schema); err != nil {
		return nil, err
	}
	if defs, ok := schema["$defs"].(object); ok {
		for name, def := range defs {
			schemas[name] = orNull(def)
		}
	}
	delete(schema, "$defs")
	delete(schema, "$schema")
	return schema, nil
}

// orNull lets lists be null where they are not left out: Go writes an empty one so.
func orNull(def any) any {
	d, _ := def.(object)
	properties, _ := d["properties"].(object)
	for _, p := range properties {
		if one, ok := p.(object); ok && one["type"] == "array" {
			one["type"] = []any{"array", "null"}
		}
	}
	return def
}
