package terminal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// localStream is an answer of a server that takes the protocol over: usage comes because it was asked for.
func localStream(model string) said {
	return chunks(fmt.Sprintf(`{"id":"1","object":"chat.completion.chunk","model":%q,"choices":[{"index":0,"delta":{"role":"assistant","content":"Blue."},"finish_reason":null}]}`, model),
		fmt.Sprintf(`{"id":"1","object":"chat.completion.chunk","model":%q,"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`, model),
		fmt.Sprintf(`{"id":"1","object":"chat.completion.chunk","model":%q,"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3,"total_tokens":15}}`, model))
}

func TestSystemLMStudio(t *testing.T) {
	s := &system{
		listPath: "/v1/models", list: `{"data":[` + ids("qwen2.5-7b-instruct", "text-embedding-nomic-embed-text-v1.5") + `],"object":"list"}`, askPath: "/v1/chat/completions",
		answers: map[string]said{
			"qwen2.5-7b-instruct": localStream("qwen2.5-7b-instruct"),
			"thinker": chunks(`{"id":"1","model":"thinker","choices":[{"index":0,"delta":{"role":"assistant","reasoning_content":"Hm."},"finish_reason":null}]}`,
				`{"id":"1","model":"thinker","choices":[{"index":0,"delta":{"content":"Blue."},"finish_reason":"stop"}]}`),
			// It tells of a failure by the name of the event alone.
			"crashed": {body: frames(`{"id":"1","model":"crashed","choices":[{"index":0,"delta":{"content":"Half"},"finish_reason":null}]}`, "event: error", `{"message":"The model has crashed without additional information."}`)},
			"gone":    fails(400, `{"error":{"message":"Model \"gone\" not found. Please specify a valid model.","type":"invalid_request_error","param":"model","code":"model_not_found"}}`),
		},
	}
	env := map[string]string{"LMSTUDIO_BASE_URL": s.serve(t)}
	c := works(t, env, measured{model: "lmstudio/qwen2.5-7b-instruct", answer: "Blue.", in: 12, out: 3, think: -1, cached: -1, usd: "0"},
		measured{model: "lmstudio/thinker", answer: "Blue.", reasoning: "Hm.", in: -1, out: -1, think: -1, cached: -1},
		measured{model: "lmstudio/crashed", answer: "Half", code: "provider"}, measured{model: "lmstudio/gone", code: "model_missing"})
	if c.Runs[0].Place != "local" || c.Runs[0].Cost.Source != "free" {
		t.Errorf("%s, cost %+v", c.Runs[0].Place, c.Runs[0].Cost)
	}
	if models := lists(t, env, "lmstudio"); !slices.Equal(sortedIDs(models), []string{"qwen2.5-7b-instruct"}) {
		t.Errorf("the list: %v", sortedIDs(models))
	}
}

func TestSystemLlamaCpp(t *testing.T) {
	s := &system{
		auth: "Authorization: Bearer right-key-0123456789", refusal: fails(401, `{"error":{"code":401,"message":"Invalid API Key","type":"authentication_error"}}`),
		listPath: "/v1/models",
		list:     `{"models":[{"name":"m.gguf","model":"m.gguf","capabilities":["completion"]}],"object":"list","data":[{"id":"m.gguf","object":"model","created":1700000000,"owned_by":"llamacpp","meta":{"vocab_type":2,"n_vocab":128256,"n_ctx_train":131072,"n_embd":2048,"n_params":1235814432,"size":807690368}}]}`,
		askPath:  "/v1/chat/completions",
		answers: map[string]said{
			"m.gguf": chunks(`{"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant","content":null}}],"created":1,"id":"c","model":"m.gguf","object":"chat.completion.chunk"}`,
				`{"choices":[{"finish_reason":null,"index":0,"delta":{"reasoning_content":"Hm."}}],"id":"c","model":"m.gguf"}`, `{"choices":[{"finish_reason":null,"index":0,"delta":{"content":"Blue."}}],"id":"c","model":"m.gguf"}`,
				`{"choices":[{"finish_reason":"stop","index":0,"delta":{}}],"id":"c","model":"m.gguf"}`,
				`{"choices":[],"id":"c","model":"m.gguf","usage":{"completion_tokens":5,"prompt_tokens":12,"total_tokens":17},"timings":{"prompt_n":12,"prompt_ms":24.1,"predicted_n":5,"predicted_ms":61.2}}`),
			"long":    fails(400, `{"error":{"code":400,"message":"the request exceeds the available context size. try increasing the context size or enable context shift","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":4096}}`),
			"loading": fails(503, `{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}`),
		},
	}
	env := map[string]string{"LLAMACPP_BASE_URL": s.serve(t), "LLAMACPP_API_KEY": "right-key-0123456789"}
	works(t, env, measured{model: "llamacpp/m.gguf", answer: "Blue.", reasoning: "Hm.", in: 12, out: 5, think: -1, cached: -1, usd: "0"},
		measured{model: "llamacpp/long", code: "context_too_long"}, measured{model: "llamacpp/loading", code: "provider"})
	models := lists(t, env, "llamacpp")
	if m := models["m.gguf"]; len(models) != 1 || m.ContextLength == nil || *m.ContextLength != 131072 || m.SizeBytes == nil || *m.SizeBytes != 807690368 {
		t.Errorf("the list: %+v", models)
	}
	refusesKey(t, env, "llamacpp", "LLAMACPP_API_KEY")
}

func TestSystemVLLM(t *testing.T) {
	s := &system{
		auth: "Authorization: Bearer right-key-0123456789", refusal: fails(401, `{"error":"Unauthorized"}`),
		listPath: "/v1/models", list: `{"object":"list","data":[{"id":"meta-llama/Llama-4-Scout","object":"model","owned_by":"vllm","root":"meta-llama/Llama-4-Scout","parent":null,"max_model_len":16384}]}`, askPath: "/v1/chat/completions",
		answers: map[string]said{
			"meta-llama/Llama-4-Scout": localStream("meta-llama/Llama-4-Scout"),
			"inline": chunks(`{"id":"1","model":"inline","choices":[{"index":0,"delta":{"role":"assistant","content":"<think>\nHm.\n</think>\n\nBlue."},"finish_reason":null}]}`,
				`{"id":"1","model":"inline","choices":[{"index":0,"delta":{"content":""},"finish_reason":"length","stop_reason":null}]}`),
			"long": fails(400, `{"object":"error","message":"This model's maximum context length is 16384 tokens. However, you requested 20000 tokens.","type":"BadRequestError","param":null,"code":400}`),
			"gone": fails(404, `{"object":"error","message":"The model 'gone' does not exist.","type":"NotFoundError","param":null,"code":404}`),
		},
	}
	env := map[string]string{"VLLM_BASE_URL": s.serve(t), "VLLM_API_KEY": "right-key-0123456789"}
	c := works(t, env, measured{model: "vllm/meta-llama/Llama-4-Scout", answer: "Blue.", in: 12, out: 3, think: -1, cached: -1, usd: "0"},
		measured{model: "vllm/inline", answer: "Blue.", reasoning: "Hm.\n", in: -1, out: -1, think: -1, cached: -1},
		measured{model: "vllm/long", code: "context_too_long"}, measured{model: "vllm/gone", code: "model_missing"})
	if c.Runs[1].Status != "cut" {
		t.Errorf("an answer that reached the limit is %s", c.Runs[1].Status)
	}
	models := lists(t, env, "vllm")
	if m := models["meta-llama/Llama-4-Scout"]; len(models) != 1 || m.ContextLength == nil || *m.ContextLength != 16384 {
		t.Errorf("the list: %+v", models)
	}
	refusesKey(t, env, "vllm", "VLLM_API_KEY")
}

// A LiteLLM proxy runs here and hands prompts on: it counts as leaving this machine, and Local only does not ask it.
func TestSystemLiteLLM(t *testing.T) {
	s := &system{
		auth: "Authorization: Bearer right-key-0123456789", refusal: fails(401, `{"error":{"message":"Authentication Error, Invalid proxy server token passed","type":"auth_error","param":"None","code":"401"}}`),
		listPath: "/v1/models", list: `{"data":[` + ids("our-claude", "our-gpt") + `],"object":"list"}`, askPath: "/v1/chat/completions",
		answers: map[string]said{
			"our-claude": chunks(`{"id":"chatcmpl-1","created":1,"model":"claude-opus-5","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"","role":"assistant","reasoning_content":"Hm.","thinking_blocks":[{"type":"thinking","thinking":"Hm."}]}}]}`,
				`{"id":"chatcmpl-1","created":1,"model":"claude-opus-5","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"Blue."}}]}`,
				`{"id":"chatcmpl-1","created":1,"model":"claude-opus-5","object":"chat.completion.chunk","choices":[{"finish_reason":"stop","index":0,"delta":{}}]}`,
				`{"id":"chatcmpl-1","created":1,"model":"claude-opus-5","object":"chat.completion.chunk","choices":[{"index":0,"delta":{}}],"usage":{"completion_tokens":42,"prompt_tokens":75,"total_tokens":117,"completion_tokens_details":{"reasoning_tokens":30},"prompt_tokens_details":{"cached_tokens":40}}}`),
			"limited": fails(429, `{"error":{"message":"litellm.RateLimitError: RateLimitError","type":"throttling_error","param":null,"code":"429"}}`),
			"capped":  fails(400, `{"error":{"message":"Budget has been exceeded! Current cost: 0.2, Max budget: 0.1","type":"budget_exceeded","param":null,"code":"400"}}`),
		},
	}
	env := map[string]string{"LITELLM_BASE_URL": s.serve(t), "LITELLM_API_KEY": "right-key-0123456789"}
	c := works(t, env, measured{model: "litellm/our-claude", answer: "Blue.", reasoning: "Hm.", in: 75, out: 42, think: 30, cached: 40, usd: "unknown", served: "claude-opus-5"},
		measured{model: "litellm/limited", code: "rate_limited"}, measured{model: "litellm/capped", code: "no_credit"})
	if c.Runs[0].Place != "cloud" {
		t.Errorf("what hands prompts on counts as %s", c.Runs[0].Place)
	}
	if models := lists(t, env, "litellm"); len(models) != 2 {
		t.Errorf("the list: %v", sortedIDs(models))
	}
	asked := len(s.asked)
	_, out, _ := execute(t, withoutOllama(env), t.TempDir(), "--local-only", "compare", "-m", "litellm/our-gpt", "Why?")
	if !strings.Contains(out, "Local only is on") || len(s.asked) != asked {
		t.Errorf("under Local only: %s", out)
	}
	refusesKey(t, env, "litellm", "LITELLM_API_KEY")
}

// ollama speaks as an Ollama server with these models does.
func ollama(models ...string) *system {
	s := &system{listPath: "/api/tags", askPath: "/api/chat", answers: map[string]said{}}
	var rows []string
	for _, m := range models {
		rows = append(rows, fmt.Sprintf(`{"name":%q,"model":%q,"modified_at":"2026-11-01T10:00:00Z","size":4683087332,"digest":"%064x","capabilities":["completion"],"details":{"format":"gguf","family":"llama","parameter_size":"7.6B","quantization_level":"Q4_K_M","context_length":32768}}`, m, m, len(rows)+1))
		s.answers[m] = said{kind: "application/x-ndjson", body: fmt.Sprintf(`{"model":%[1]q,"message":{"role":"assistant","content":"","thinking":"Hm."},"done":false}
{"model":%[1]q,"message":{"role":"assistant","content":"Blue."},"done":false}
{"model":%[1]q,"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":5191566416,"load_duration":2154458,"prompt_eval_count":26,"prompt_eval_duration":383809000,"eval_count":298,"eval_duration":4799921000}
`, m)}
	}
	s.list = `{"models":[` + strings.Join(rows, ",") + `]}`
	return s
}

// Open weights on this machine.
func TestSystemOpenWeightsThroughOllama(t *testing.T) {
	names := []string{"deepseek-r1:8b", "deepseek-v3:latest", "llama4:scout", "llama4:maverick", "qwen2.5:7b"}
	s := ollama(names...)
	s.answers["stopped"] = said{kind: "application/x-ndjson", body: `{"model":"stopped","message":{"content":"Half"},"done":false}` + "\n" + `{"error":"an error was encountered while running the model: the runner stopped"}` + "\n"}
	s.list = strings.TrimSuffix(s.list, "]}") + `,{"name":"stopped","model":"stopped","digest":"ff","capabilities":["completion"],"details":{"context_length":4096}}]}`
	env := map[string]string{"OLLAMA_HOST": quietly(t, s)}
	var all []measured
	for _, n := range names {
		all = append(all, measured{model: "ollama/" + n, answer: "Blue.", reasoning: "Hm.", in: 26, out: 298, think: -1, cached: -1, usd: "0"})
	}
	c := works(t, env, append(all, measured{model: "ollama/stopped", answer: "Half", code: "provider"})...)
	for _, r := range c.Runs[:len(names)] {
		if r.Place != "local" || r.Openness != "open" || r.Digest == nil || r.Quantization == nil || *r.Quantization != "Q4_K_M" || r.Timing.Load == nil {
			t.Errorf("%s: %s, %s, %+v", r.Model, r.Place, r.Openness, r.Timing)
		}
	}
	if m := lists(t, env, "ollama")["qwen2.5:7b"]; m.SizeBytes == nil || *m.SizeBytes != 4683087332 || m.ContextLength == nil || *m.ContextLength != 32768 {
		t.Errorf("the list: %+v", m)
	}
}

// quietly serves s, and answers what an Ollama server is asked beside lists and answers.
func quietly(t *testing.T, s *system) string {
	t.Helper()
	s.also = map[string]string{"/api/show": `{"license":"apache-2.0"}`, "/api/ps": `{"models":[]}`, "/api/version": `{"version":"0.32.15"}`}
	return s.serve(t)
}

func TestSystemOllamaOnSeveralHosts(t *testing.T) {
	here, there := ollama("qwen2.5:7b"), ollama("llama4:scout")
	dir, env := t.TempDir(), map[string]string{"OLLAMA_HOST": quietly(t, here)}
	if status, _, errs := execute(t, env, dir, "endpoints", "add", "tower", quietly(t, there), "--kind", "ollama", "--label", "Tower"); status != exitWell {
		t.Fatal(errs)
	}
	_, out, errs := execute(t, env, dir, "compare", "--format", "json", "-m", "ollama/qwen2.5:7b", "-m", "tower/llama4:scout", "Why?")
	var c comparisonJSON
	decode(t, out+errs, out, &c)
	for i, model := range []string{"ollama/qwen2.5:7b", "tower/llama4:scout"} {
		measured{model: model, answer: "Blue.", reasoning: "Hm.", in: 26, out: 298, think: -1, cached: -1, usd: "0"}.check(t, c.Runs[i])
	}
	if len(here.asked) != 1 || len(there.asked) != 1 || len(c.Receipt) != 2 || c.Runs[0].Timing.Contended || c.Runs[1].Timing.Contended {
		t.Errorf("asked %d and %d times; receipt %+v", len(here.asked), len(there.asked), c.Receipt)
	}
	_, out, _ = execute(t, env, dir, "models")
	if !strings.Contains(out, "qwen2.5:7b") || !strings.Contains(out, "llama4:scout") {
		t.Errorf("the lists: %s", out)
	}
}

func TestSystemOllamaCloud(t *testing.T) {
	s := ollama("gpt-oss:120b")
	s.auth, s.refusal = "Authorization: Bearer right-key-0123456789", fails(401, `{"error":"unauthorized"}`)
	env := map[string]string{"OLLAMA_API_KEY": "right-key-0123456789", "OLLAMA_CLOUD_BASE_URL": quietly(t, s)}
	c := works(t, env, measured{model: "ollama-cloud/gpt-oss:120b", answer: "Blue.", reasoning: "Hm.", in: 26, out: 298, think: -1, cached: -1, usd: "unknown"})
	if c.Runs[0].Place != "cloud" {
		t.Errorf("it counts as %s", c.Runs[0].Place)
	}
	if models := lists(t, env, "ollama-cloud"); len(models) != 1 {
		t.Errorf("the list: %v", sortedIDs(models))
	}
	refusesKey(t, env, "ollama-cloud", "OLLAMA_API_KEY")
}
