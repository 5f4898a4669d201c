package terminal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The streams below follow the references of each system as of November 2026: OpenAI's API reference, Anthropic's page on
// streaming, Google's generateContent, and the pages on streaming and errors of each compatible service.

func TestSystemChatGPT(t *testing.T) {
	chunk := `{"id":"chatcmpl-1","object":"chat.completion.chunk","model":"%s","choices":[{"index":0,"delta":%s,"finish_reason":%s}],"usage":null,"obfuscation":"k3"}`
	end := `{"id":"chatcmpl-1","model":"%s","choices":[],"service_tier":"default","usage":{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":8,"cache_write_tokens":0},"completion_tokens_details":{"reasoning_tokens":%d}}}`
	talk := func(served string, thought int) said {
		return chunks(
			fmt.Sprintf(chunk, served, `{"role":"assistant","content":""}`, "null"), fmt.Sprintf(chunk, served, `{"content":"Bl"}`, "null"),
			fmt.Sprintf(chunk, served, `{"content":"ue."}`, "null"), fmt.Sprintf(chunk, served, `{}`, `"stop"`), fmt.Sprintf(end, served, thought))
	}
	s := &system{
		auth: "Authorization: Bearer right-key-0123456789", refusal: fails(401, `{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","code":"invalid_api_key"}}`),
		listPath: "/v1/models",
		list:     `{"object":"list","data":[` + ids("gpt-4o", "gpt-5", "o3", "broke", "text-embedding-3-small") + `,{"id":"leaving","shutdown_date":"2026-12-11"}]}`,
		askPath:  "/v1/chat/completions",
		answers: map[string]said{
			"gpt-4o": talk("gpt-4o-2024-11-20", 0), "gpt-5": talk("gpt-5-2025-08-07", 4), "o3": talk("o3-2025-04-16", 4), "replaced": talk("another-model", 0),
			"broke":   fails(429, `{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"credit_balance_exhausted"}}`),
			"gone":    fails(404, `{"error":{"message":"The model does not exist","type":"invalid_request_error","code":"model_not_found"}}`),
			"crashed": {body: frames(fmt.Sprintf(chunk, "m", `{"content":"Half"}`, "null"), `{"error":{"message":"The server had an error","type":"server_error","code":null}}`)},
		},
	}
	env := map[string]string{"OPENAI_API_KEY": "right-key-0123456789", "OPENAI_BASE_URL": s.serve(t) + "/v1"}
	works(t, env,
		measured{model: "openai/gpt-4o", answer: "Blue.", in: 20, out: 9, cached: 8, served: "gpt-4o-2024-11-20"},
		measured{model: "openai/gpt-5", answer: "Blue.", in: 20, out: 9, think: 4, cached: 8, served: "gpt-5-2025-08-07"},
		measured{model: "openai/o3", answer: "Blue.", in: 20, out: 9, think: 4, cached: 8, served: "o3-2025-04-16"},
		measured{model: "openai/replaced", answer: "Blue.", in: 20, out: 9, cached: 8, served: "another-model"},
		measured{model: "openai/broke", code: "no_credit"}, measured{model: "openai/gone", code: "model_missing"},
		measured{model: "openai/crashed", answer: "Half", code: "provider"})
	for _, body := range s.asked {
		if !strings.Contains(body, `"max_completion_tokens":2000`) || !strings.Contains(body, `"include_usage":true`) {
			t.Errorf("asked with %s", body)
		}
	}
	models := lists(t, env, "openai")
	if _, there := models["text-embedding-3-small"]; there || len(models) != 5 || models["leaving"].ShutdownDate == nil || *models["leaving"].ShutdownDate != "2026-12-11" {
		t.Errorf("the list: %v, leaving %+v", sortedIDs(models), models["leaving"])
	}
	refusesKey(t, env, "openai", "OPENAI_API_KEY")
}

// Models that only the Responses API serves.
func TestSystemChatGPTByResponses(t *testing.T) {
	s := &system{
		listPath: "/v1/models", list: `{"data":[` + ids("gpt-5-pro") + `]}`, askPath: "/v1/responses",
		answers: map[string]said{"gpt-5-pro": {body: frames(
			"event: response.created", `{"type":"response.created","sequence_number":0,"response":{"id":"r1","status":"in_progress","model":"gpt-5-pro-2025-10-06"}}`,
			"event: response.output_text.delta", `{"type":"response.output_text.delta","delta":"Blue.","sequence_number":5}`,
			"event: response.completed", `{"type":"response.completed","response":{"id":"r1","status":"completed","model":"gpt-5-pro-2025-10-06","usage":{"input_tokens":20,"input_tokens_details":{"cached_tokens":3},"output_tokens":9,"output_tokens_details":{"reasoning_tokens":4},"total_tokens":29}}}`)}},
	}
	works(t, map[string]string{"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": s.serve(t) + "/v1"},
		measured{model: "openai/gpt-5-pro", answer: "Blue.", in: 20, out: 9, think: 4, cached: 3, served: "gpt-5-pro-2025-10-06"})
}

func TestSystemClaude(t *testing.T) {
	start := `{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude-opus-5","usage":{"input_tokens":25,"cache_creation_input_tokens":10,"cache_read_input_tokens":40,"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":0},"output_tokens":1}}}`
	s := &system{
		auth: "X-Api-Key: right-key-0123456789", refusal: fails(401, `{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}`),
		listPath: "/v1/models?limit=1000",
		list:     `{"data":[{"type":"model","id":"claude-opus-5","display_name":"Claude Opus 5","created_at":"2026-06-01T00:00:00Z"}],"has_more":false,"first_id":"a","last_id":"b"}`,
		askPath:  "/v1/messages",
		answers: map[string]said{
			"claude-opus-5": {body: frames(
				"event: message_start", start, "event: ping", `{"type":"ping"}`,
				"event: content_block_start", `{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}`,
				"event: content_block_delta", `{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm."}}`,
				"event: content_block_delta", `{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}`,
				"event: content_block_stop", `{"type":"content_block_stop","index":0}`,
				"event: content_block_start", `{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}`,
				"event: content_block_delta", `{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Blue."}}`,
				"event: an_event_of_tomorrow", `{"type":"an_event_of_tomorrow","x":1}`,
				"event: content_block_stop", `{"type":"content_block_stop","index":1}`,
				"event: message_delta", `{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":42,"output_tokens_details":{"thinking_tokens":30}}}`,
				"event: message_stop", `{"type":"message_stop"}`)},
			"busy":    {body: frames("event: message_start", start, "event: error", `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`)},
			"cut-off": {body: frames("event: message_start", start, "event: content_block_start", `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Half"}}`)},
			"poor":    fails(400, `{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}`),
		},
	}
	env := map[string]string{"ANTHROPIC_API_KEY": "right-key-0123456789", "ANTHROPIC_BASE_URL": s.serve(t)}
	works(t, env,
		measured{model: "anthropic/claude-opus-5", answer: "Blue.", reasoning: "Hm.", in: 75, out: 42, think: 30, cached: 40},
		measured{model: "anthropic/busy", code: "overloaded"}, measured{model: "anthropic/cut-off", answer: "Half", code: "truncated"}, measured{model: "anthropic/poor", code: "no_credit"})
	if models := lists(t, env, "anthropic"); len(models) != 1 {
		t.Errorf("the list: %v", sortedIDs(models))
	}
	refusesKey(t, env, "anthropic", "ANTHROPIC_API_KEY")
}

func TestSystemGemini(t *testing.T) {
	s := &system{
		auth: "X-Goog-Api-Key: right-key-0123456789", refusal: fails(400, `{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}`),
		listPath: "/v1beta/models?pageSize=1000",
		list:     `{"models":[{"name":"models/gemini-2.5-pro","displayName":"Gemini 2.5 Pro","inputTokenLimit":1048576,"supportedGenerationMethods":["generateContent"],"thinking":true},{"name":"models/embedding-001","supportedGenerationMethods":["embedContent"]}]}`,
		askPath:  "/v1beta/models/{model}:streamGenerateContent?alt=sse",
		answers: map[string]said{
			"gemini-2.5-pro": {body: frames(
				`{"candidates":[{"content":{"role":"model","parts":[{"text":"Hm.","thought":true}]},"index":0}],"modelVersion":"gemini-3-pro","responseId":"r"}`,
				`{"candidates":[{"content":{"parts":[{"text":"Bl"}]}}],"usageMetadata":{"promptTokenCount":12,"totalTokenCount":14},"modelVersion":"gemini-3-pro"}`,
				`{"candidates":[{"content":{"parts":[{"text":"ue."}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":12,"candidatesTokenCount":8,"thoughtsTokenCount":61,"cachedContentTokenCount":4,"totalTokenCount":81},"modelVersion":"gemini-3-pro"}`)},
			"blocked": {body: frames(`{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":12,"totalTokenCount":12},"modelVersion":"m"}`)},
			"halfway": {body: frames(`{"candidates":[{"content":{"parts":[{"text":"Half"}]}}],"modelVersion":"m"}`, `{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}`)},
			"limited": fails(429, `{"error":{"code":429,"message":"Resource has been exhausted","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}]}}`),
		},
	}
	env := map[string]string{"GEMINI_API_KEY": "right-key-0123456789", "GOOGLE_GEMINI_BASE_URL": s.serve(t)}
	c := works(t, env,
		measured{model: "gemini/gemini-2.5-pro", answer: "Blue.", reasoning: "Hm.", in: 12, out: 69, think: 61, cached: 4, served: "gemini-3-pro"},
		measured{model: "gemini/blocked", code: "refused"}, measured{model: "gemini/halfway", answer: "Half", code: "overloaded"}, measured{model: "gemini/limited", code: "rate_limited"})
	if !strings.Contains(c.Runs[3].Error.Message, "34 s") {
		t.Errorf("the wait is not told: %q", c.Runs[3].Error.Message)
	}
	if models := lists(t, env, "gemini"); len(models) != 1 || models["gemini-2.5-pro"].ContextLength == nil || *models["gemini-2.5-pro"].ContextLength != 1048576 {
		t.Errorf("the list: %v", models)
	}
	refusesKey(t, env, "gemini", "GEMINI_API_KEY")
}

func TestSystemDeepSeek(t *testing.T) {
	s := &system{
		auth: "Authorization: Bearer right-key-0123456789", refusal: fails(401, `{"error":{"message":"Authentication Fails","type":"authentication_error","param":null,"code":"invalid_request_error"}}`),
		listPath: "/v1/models", list: `{"object":"list","data":[` + ids("deepseek-flash", "deepseek-v4-pro") + `]}`, askPath: "/v1/chat/completions",
		answers: map[string]said{
			"deepseek-v4-pro": chunks(": keep-alive", ": keep-alive",
				`{"id":"1","model":"deepseek-v4-pro","choices":[{"index":0,"delta":{"role":"assistant","content":null,"reasoning_content":"Hm."},"finish_reason":null}]}`,
				`{"id":"1","model":"deepseek-v4-pro","choices":[{"index":0,"delta":{"content":"Blue.","reasoning_content":null},"finish_reason":null}]}`,
				`{"id":"1","model":"deepseek-v4-pro","choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":30,"completion_tokens":12,"total_tokens":42,"prompt_cache_hit_tokens":20,"prompt_cache_miss_tokens":10,"completion_tokens_details":{"reasoning_tokens":7}}}`),
			"full": chunks(`{"id":"1","model":"full","choices":[{"index":0,"delta":{"content":"Half"},"finish_reason":null}]}`, `{"id":"1","model":"full","choices":[{"index":0,"delta":{},"finish_reason":"insufficient_system_resource"}]}`),
			"poor": fails(402, `{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}`),
		},
	}
	env := map[string]string{"DEEPSEEK_API_KEY": "right-key-0123456789", "DEEPSEEK_BASE_URL": s.serve(t)}
	works(t, env, measured{model: "deepseek/deepseek-v4-pro", answer: "Blue.", reasoning: "Hm.", in: 30, out: 12, think: 7, cached: 20},
		measured{model: "deepseek/full", answer: "Half", code: "overloaded"}, measured{model: "deepseek/poor", code: "no_credit"})
	if models := lists(t, env, "deepseek"); len(models) != 2 {
		t.Errorf("the list: %v", sortedIDs(models))
	}
	refusesKey(t, env, "deepseek", "DEEPSEEK_API_KEY")
}

// routed is one answer of OpenRouter.
func routed(model, thought, answer, usage string) said {
	return chunks(": OPENROUTER PROCESSING", ": OPENROUTER PROCESSING",
		fmt.Sprintf(`{"id":"gen-1","provider":"Upstream","model":%q,"choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning":%q},"finish_reason":null}]}`, model, thought),
		fmt.Sprintf(`{"id":"gen-1","provider":"Upstream","model":%q,"choices":[{"index":0,"delta":{"content":%q},"finish_reason":null}]}`, model, answer),
		fmt.Sprintf(`{"id":"gen-1","provider":"Upstream","model":%q,"choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop","native_finish_reason":"end_turn"}],"usage":%s}`, model, usage))
}

const routedUsage = `{"prompt_tokens":194,"completion_tokens":60,"total_tokens":254,"cost":0.00304941,"cost_details":{"upstream_inference_cost":null},"prompt_tokens_details":{"cached_tokens":100},"completion_tokens_details":{"reasoning_tokens":51}}`

func openRouter() *system {
	var rows []string
	for i := range 420 {
		rows = append(rows, fmt.Sprintf(`{"id":"maker/model-%03d","name":"Model %d","created":1700000000,"context_length":131072,"architecture":{"input_modalities":["text"],"output_modalities":["text"]},"pricing":{"prompt":"0.000001","completion":"0.000002"},"supported_parameters":["max_tokens","temperature"],"hugging_face_id":"maker/model"}`, i, i))
	}
	rows = append(rows, `{"id":"leaving","expiration_date":"2026-12-01"}`, `{"id":"maker/painter","architecture":{"output_modalities":["image"]}}`)
	thinks := []string{"deepseek/deepseek-r1", "deepseek/deepseek-chat-v3", "meta-llama/llama-4-scout", "meta-llama/llama-4-maverick", "qwen/qwen-2.5-72b-instruct"}
	s := &system{
		auth: "Authorization: Bearer right-key-0123456789", refusal: fails(401, `{"error":{"message":"No auth credentials found","code":401}}`),
		listPath: "/api/v1/models", list: `{"data":[` + strings.Join(rows, ",") + `]}`, askPath: "/api/v1/chat/completions",
		answers: map[string]said{
			"maker/model-007": routed("maker/model-007", "Hm.", "Blue.", routedUsage),
			"no-provider":     fails(503, `{"error":{"message":"No allowed providers are available","code":503,"metadata":{}}}`),
			"moderated":       fails(403, `{"error":{"message":"Input was flagged","code":403,"metadata":{"reasons":["violence"],"provider_name":"x"}}}`),
			"poor":            fails(402, `{"error":{"message":"This request requires more credits","code":402}}`),
			"fell": {body: frames(": OPENROUTER PROCESSING", `{"id":"gen-1","model":"fell","choices":[{"index":0,"delta":{"content":"Half"},"finish_reason":null}]}`,
				`{"id":"gen-1","model":"fell","error":{"code":502,"message":"Upstream went away","metadata":{"error_type":"provider_unavailable"}},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}`)},
		},
	}
	for _, m := range thinks {
		s.answers[m] = routed(m, "Hm.", "Blue.", routedUsage)
	}
	return s
}

func openRouterEnv(url string) map[string]string {
	return map[string]string{"OPENROUTER_API_KEY": "right-key-0123456789", "OPENROUTER_BASE_URL": url + "/api/v1"}
}

func TestSystemOpenRouter(t *testing.T) {
	env := openRouterEnv(openRouter().serve(t))
	works(t, env, measured{model: "openrouter/maker/model-007", answer: "Blue.", reasoning: "Hm.", in: 194, out: 60, think: 51, cached: 100, usd: "0.00304941"},
		measured{model: "openrouter/no-provider", code: "provider"}, measured{model: "openrouter/moderated", code: "refused"},
		measured{model: "openrouter/poor", code: "no_credit"}, measured{model: "openrouter/fell", answer: "Half", code: "provider"})
	models := lists(t, env, "openrouter")
	if m := models["maker/model-419"]; len(models) != 421 || m.Openness != "open" || m.ContextLength == nil {
		t.Errorf("the list has %d models; one is %+v", len(models), m)
	}
	if m := models["leaving"]; m.ShutdownDate == nil || *m.ShutdownDate != "2026-12-01" {
		t.Errorf("its retirement is not told: %+v", m)
	}
	refusesKey(t, env, "openrouter", "OPENROUTER_API_KEY")
}

// Open weights that a cloud serves: asked like any other model of it, and the prompt leaves this machine.
func TestSystemOpenWeightsThroughOpenRouter(t *testing.T) {
	var all []measured
	for _, m := range []string{"deepseek/deepseek-r1", "deepseek/deepseek-chat-v3", "meta-llama/llama-4-scout", "meta-llama/llama-4-maverick", "qwen/qwen-2.5-72b-instruct"} {
		all = append(all, measured{model: "openrouter/" + m, answer: "Blue.", reasoning: "Hm.", in: 194, out: 60, think: 51, cached: 100, usd: "0.00304941"})
	}
	c := works(t, openRouterEnv(openRouter().serve(t)), all...)
	for _, r := range c.Runs {
		if r.Place != "cloud" {
			t.Errorf("%s is %s", r.Model, r.Place)
		}
	}
}

func TestSystemXAI(t *testing.T) {
	s := &system{
		auth: "Authorization: Bearer right-key-0123456789", refusal: fails(400, `{"code":"Client specified an invalid argument","error":"Incorrect API key provided: wr***89."}`),
		listPath: "/v1/models", list: `{"data":[` + ids("grok-4") + `],"object":"list"}`, askPath: "/v1/chat/completions",
		answers: map[string]said{
			"grok-4": chunks(`{"id":"1","model":"grok-4-0709","choices":[{"index":0,"delta":{"role":"assistant","reasoning_content":"Hm."}}]}`,
				`{"id":"1","model":"grok-4-0709","choices":[{"index":0,"delta":{"content":"Blue."}}]}`, `{"id":"1","model":"grok-4-0709","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`,
				`{"id":"1","model":"grok-4-0709","choices":[],"usage":{"prompt_tokens":32,"completion_tokens":9,"total_tokens":135,"prompt_tokens_details":{"cached_tokens":6},"completion_tokens_details":{"reasoning_tokens":94},"cost_in_usd_ticks":37756000}}`),
			"full": {body: frames(`{"id":"1","model":"full","choices":[{"index":0,"delta":{"content":"Half"}}]}`, `{"code":"The service is currently unavailable","error":"Service temporarily unavailable. The model is at capacity."}`)},
		},
	}
	env := map[string]string{"XAI_API_KEY": "right-key-0123456789", "XAI_BASE_URL": s.serve(t) + "/v1"}
	works(t, env, measured{model: "xai/grok-4", answer: "Blue.", reasoning: "Hm.", in: 32, out: 103, think: 94, cached: 6, usd: "0.0037756", served: "grok-4-0709"},
		measured{model: "xai/full", answer: "Half", code: "overloaded"})
	if models := lists(t, env, "xai"); len(models) != 1 {
		t.Errorf("the list: %v", sortedIDs(models))
	}
	refusesKey(t, env, "xai", "XAI_API_KEY")
}

func TestSystemMistral(t *testing.T) {
	s := &system{
		auth: "Authorization: Bearer right-key-0123456789", refusal: fails(401, `{"detail":"Unauthorized"}`),
		listPath: "/v1/models",
		list:     `{"object":"list","data":[{"id":"magistral-medium","name":"Magistral","max_context_length":131072,"capabilities":{"completion_chat":true,"vision":false,"function_calling":true},"deprecation":"2026-12-31T12:00:00Z"},{"id":"mistral-embed","capabilities":{"completion_chat":false}}]}`,
		askPath:  "/v1/chat/completions",
		answers: map[string]said{
			"magistral-medium": chunks(`{"id":"1","model":"magistral-medium-2509","choices":[{"index":0,"delta":{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]}]},"finish_reason":null}]}`,
				`{"id":"1","model":"magistral-medium-2509","choices":[{"index":0,"delta":{"content":[{"type":"text","text":"Bl"}]},"finish_reason":null}]}`,
				`{"id":"1","model":"magistral-medium-2509","choices":[{"index":0,"delta":{"content":"ue."},"finish_reason":"stop"}],"usage":{"prompt_tokens":18,"completion_tokens":14,"total_tokens":32,"num_cached_tokens":16}}`),
			"limited": fails(429, `{"object":"error","message":"Requests rate limit exceeded","type":"rate_limited","param":null,"code":"1300"}`),
			"gone":    fails(400, `{"object":"error","message":"Invalid model: gone","type":"invalid_model","param":null,"code":"1500"}`),
		},
	}
	env := map[string]string{"MISTRAL_API_KEY": "right-key-0123456789", "MISTRAL_BASE_URL": s.serve(t) + "/v1"}
	works(t, env, measured{model: "mistral/magistral-medium", answer: "Blue.", reasoning: "Hm.", in: 18, out: 14, think: -1, cached: 16, served: "magistral-medium-2509"},
		measured{model: "mistral/limited", code: "rate_limited"}, measured{model: "mistral/gone", code: "model_missing"})
	for _, body := range s.asked {
		if strings.Contains(body, "stream_options") || !strings.Contains(body, `"max_tokens":2000`) {
			t.Errorf("asked with %s, of which it refuses what it does not know", body)
		}
	}
	models := lists(t, env, "mistral")
	if m := models["magistral-medium"]; len(models) != 1 || m.ShutdownDate == nil || *m.ShutdownDate != "2026-12-31" {
		t.Errorf("the list: %v", models)
	}
	refusesKey(t, env, "mistral", "MISTRAL_API_KEY")
}

func TestSystemGroq(t *testing.T) {
	s := &system{
		auth: "Authorization: Bearer right-key-0123456789", refusal: fails(401, `{"error":{"message":"Invalid API Key","type":"invalid_request_error","code":"invalid_api_key"}}`),
		listPath: "/openai/v1/models", list: `{"object":"list","data":[{"id":"meta-llama/llama-4-scout-17b","context_window":131072,"active":true},{"id":"whisper-large-v3"}]}`, askPath: "/openai/v1/chat/completions",
		answers: map[string]said{
			"meta-llama/llama-4-scout-17b": chunks(`{"id":"1","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning":"Hm."},"finish_reason":null}],"x_groq":{"id":"req_1"}}`,
				`{"id":"1","model":"m","choices":[{"index":0,"delta":{"content":"Blue."},"finish_reason":null}]}`,
				`{"id":"1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"req_1","usage":{"queue_time":0.04,"prompt_tokens":11,"prompt_time":0.001,"completion_tokens":6,"completion_time":0.02,"total_tokens":17}}}`),
			"full": {body: frames(`{"id":"1","model":"full","choices":[{"index":0,"delta":{"content":"Half"},"finish_reason":null}]}`, `{"id":"1","choices":[],"x_groq":{"error":"over capacity"}}`)},
		},
	}
	env := map[string]string{"GROQ_API_KEY": "right-key-0123456789", "GROQ_BASE_URL": s.serve(t) + "/openai/v1"}
	works(t, env, measured{model: "groq/meta-llama/llama-4-scout-17b", answer: "Blue.", reasoning: "Hm.", in: 11, out: 6, think: -1, cached: -1},
		measured{model: "groq/full", answer: "Half", code: "overloaded"})
	if models := lists(t, env, "groq"); len(models) != 1 {
		t.Errorf("the list: %v", sortedIDs(models))
	}
	refusesKey(t, env, "groq", "GROQ_API_KEY")
}

func TestSystemTogether(t *testing.T) {
	s := &system{
		auth: "Authorization: Bearer right-key-0123456789", refusal: fails(401, `{"id":"x","error":{"message":"Invalid API key provided.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}`),
		listPath: "/v1/models", list: `[{"id":"maker/open-x","type":"chat","display_name":"Open X","context_length":32768},{"id":"maker/painter","type":"image"}]`, askPath: "/v1/chat/completions",
		answers: map[string]said{
			"maker/open-x": chunks(`{"id":"1","model":"maker/open-x","choices":[{"index":0,"text":"<th","finish_reason":null,"delta":{"token_id":1,"content":"<th"}}],"usage":null}`,
				`{"id":"1","model":"maker/open-x","choices":[{"index":0,"delta":{"content":"ink>Hm.</think>\n\nBlue."}}]}`,
				`{"id":"1","model":"maker/open-x","choices":[{"index":0,"text":"","delta":{"content":""},"finish_reason":"eos"}],"usage":{"prompt_tokens":5,"completion_tokens":10,"total_tokens":15}}`),
			"gone": fails(404, `{"error":{"message":"Unable to access model gone","type":"invalid_request_error","code":"model_not_available"}}`),
		},
	}
	env := map[string]string{"TOGETHER_API_KEY": "right-key-0123456789", "TOGETHER_BASE_URL": s.serve(t) + "/v1"}
	works(t, env, measured{model: "together/maker/open-x", answer: "Blue.", reasoning: "Hm.", in: 5, out: 10, think: -1, cached: -1}, measured{model: "together/gone", code: "model_missing"})
	if models := lists(t, env, "together"); !slices.Equal(sortedIDs(models), []string{"maker/open-x"}) {
		t.Errorf("the list: %v", sortedIDs(models))
	}
	refusesKey(t, env, "together", "TOGETHER_API_KEY")
}

// Azure's newer form is the protocol itself under a path of its own; the older one has the deployment in the path and its
// date in the query. The key goes in a header of its own in both.
func TestSystemAzureOpenAI(t *testing.T) {
	for name, form := range map[string]struct{ address, version, list, ask string }{
		"the newer form":                {"", "", "/openai/v1/models", "/openai/v1/chat/completions"},
		"the older form, by a variable": {"", "2024-10-21", "/openai/models?api-version=2024-10-21", "/openai/deployments/{model}/chat/completions?api-version=2024-10-21"},
		"the older form, by its address": {"/openai/deployments/our-gpt/chat/completions?api-version=2025-04-01-preview", "", "/openai/models?api-version=2025-04-01-preview",
			"/openai/deployments/{model}/chat/completions?api-version=2025-04-01-preview"},
	} {
		s := &system{
			auth: "Api-Key: right-key-0123456789", refusal: fails(401, `{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint."}}`),
			listPath: form.list, list: `{"data":[{"id":"gpt-4o-2024-11-20","status":"succeeded","capabilities":{"chat_completion":true,"inference":true},"lifecycle_status":"generally-available"}],"object":"list"}`, askPath: form.ask,
			answers: map[string]said{
				"our-gpt": chunks(`{"id":"","model":"","object":"","created":0,"choices":[],"prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}}}]}`,
					`{"id":"1","model":"gpt-4o-2024-11-20","choices":[{"index":0,"delta":{"role":"assistant","content":""},"content_filter_results":{},"finish_reason":null}]}`,
					`{"id":"1","model":"gpt-4o-2024-11-20","choices":[{"index":0,"delta":{"content":"Blue."},"content_filter_results":{"hate":{"filtered":false}},"finish_reason":null}]}`,
					`{"id":"1","model":"gpt-4o-2024-11-20","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`,
					`{"id":"1","model":"gpt-4o-2024-11-20","choices":[],"usage":{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":8},"completion_tokens_details":{"reasoning_tokens":0}}}`),
				"filtered": fails(400, `{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}`),
				"nobody":   fails(404, `{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}`),
				"limited":  fails(429, `{"error":{"code":"429","message":"Requests to the ChatCompletions_Create Operation have exceeded call rate limit of your current tier."}}`),
			},
		}
		env := map[string]string{"AZURE_OPENAI_API_KEY": "right-key-0123456789", "AZURE_OPENAI_ENDPOINT": s.serve(t) + form.address, "AZURE_OPENAI_API_VERSION": form.version}
		t.Log(name)
		works(t, env, measured{model: "azure/our-gpt", answer: "Blue.", in: 20, out: 9, cached: 8, usd: "unknown", served: "gpt-4o-2024-11-20"},
			measured{model: "azure/filtered", code: "refused"}, measured{model: "azure/nobody", code: "model_missing"}, measured{model: "azure/limited", code: "rate_limited"})
		if models := lists(t, env, "azure"); len(models) != 1 {
			t.Errorf("the list: %v", sortedIDs(models))
		}
		refusesKey(t, env, "azure", "AZURE_OPENAI_API_KEY")
	}
}
