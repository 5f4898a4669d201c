package openai

import (
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/providertest"

	"github.com/google/go-cmp/cmp"
)

func TestListsOfAllShapesAreRead(t *testing.T) {
	day := time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		raw  string
		want []provider.Model
	}{
		"OpenAI": {`{"object":"list","data":[{"id":"gpt-x","object":"model","created":1795046400,"owned_by":"system","shutdown_date":"2026-12-11"},{"id":"whisper-1","created":1},{"id":"gpt-image-2","created":1},{"id":"omni-moderation-latest"},{"id":"text-embedding-3-small"},{"id":"gpt-4o-mini-tts"},{"id":"gpt-4o-realtime-preview"},{"id":"davinci-002"},{"id":"sora-2"}]}`,
			[]provider.Model{{ID: "gpt-x", ModifiedAt: day, ShutdownDate: "2026-12-11"}}},
		"OpenRouter": {`{"data":[{"id":"maker/open","name":"Maker: Open","created":1795046400,"context_length":131072,"hugging_face_id":"maker/Open","architecture":{"input_modalities":["text","image"],"output_modalities":["text"]},"pricing":{"prompt":"0.1"},"supported_parameters":["tools","reasoning","seed"],"expiration_date":"2027-01-14T00:00:00Z"},{"id":"maker/painter","architecture":{"output_modalities":["image"]}},{"id":"maker/closed","hugging_face_id":"","architecture":{"input_modalities":["text"],"output_modalities":["text"]}}]}`,
			[]provider.Model{
				{ID: "maker/open", Name: "Maker: Open", ModifiedAt: day, ContextLength: 131072, Openness: bakeoff.Open, Capabilities: []string{"completion", "thinking", "vision", "tools"}, Parameters: []string{"tools", "reasoning", "seed"}, ShutdownDate: "2027-01-14"},
				{ID: "maker/closed", Capabilities: []string{"completion"}}}},
		"Together, a bare list": {`[{"id":"maker/chat","type":"chat","display_name":"Chat","context_length":8192},{"id":"maker/picture","type":"image"}]`,
			[]provider.Model{{ID: "maker/chat", Name: "Chat", ContextLength: 8192}}},
		"Mistral": {`{"data":[{"id":"mistral-x","name":"mistral-x","max_context_length":131072,"deprecation":"2026-12-31T12:00:00Z","capabilities":{"completion_chat":true,"vision":true,"function_calling":true}},{"id":"scanner","capabilities":{"completion_chat":false}}]}`,
			[]provider.Model{{ID: "mistral-x", Name: "mistral-x", ContextLength: 131072, ShutdownDate: "2026-12-31", Capabilities: []string{"completion", "vision", "tools"}}}},
		"Groq":                           {`{"data":[{"id":"g","context_window":131072,"active":true}]}`, []provider.Model{{ID: "g", ContextLength: 131072}}},
		"vLLM":                           {`{"data":[{"id":"v","max_model_len":4096}]}`, []provider.Model{{ID: "v", ContextLength: 4096}}},
		"llama.cpp":                      {`{"models":[{"name":"x"}],"data":[{"id":"l.gguf","meta":{"n_ctx_train":2048,"size":1000}}]}`, []provider.Model{{ID: "l.gguf", ContextLength: 2048, Size: 1000}}},
		"a list under another name":      {`{"models":[{"id":"m"}]}`, []provider.Model{{ID: "m"}}},
		"no models":                      {`{"object":"list","data":null}`, []provider.Model{}},
		"rows of odd types are left out": {`{"data":[7,null,"x",{"id":""},{"id":["a"]},{"id":"m","created":"soon","context_length":-1,"meta":[],"shutdown_date":{"a":1},"capabilities":["chat"]}]}`, []provider.Model{{ID: "m"}}},
		"a shutdown in seconds":          {`{"data":[{"id":"m","shutdown_date":1795046400}]}`, []provider.Model{{ID: "m", ShutdownDate: "2026-11-19"}}},
		"newest first, then by id":       {`{"data":[{"id":"b"},{"id":"a"},{"id":"old","created":1000000000},{"id":"new","created":1795046400}]}`, []provider.Model{{ID: "new", ModifiedAt: day}, {ID: "old", ModifiedAt: time.Unix(1e9, 0).UTC()}, {ID: "a"}, {ID: "b"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decodeList([]byte(test.raw))
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Error(diff, err)
			}
		})
	}
}

func TestWhatIsNoListIsInvalid(t *testing.T) {
	for _, body := range []string{"", "<html>", `{}`, `{"data":7}`, `"models"`, `[`} {
		srv := providertest.Serve(t, func(providertest.Recorded) providertest.Reply {
			return providertest.Reply{Steps: []providertest.Step{providertest.Write(body)}}
		})
		models, err := New(Config{Label: "Subject", BaseURL: srv.URL}).Models(t.Context())
		if models != nil || err == nil || bakeoff.AsError(err).Code != bakeoff.CodeInvalid {
			t.Errorf("%q: got %v, %v", body, models, err)
		}
	}
}

func FuzzDecodeList(f *testing.F) {
	f.Add([]byte(listOfFour))
	f.Add([]byte(`[{"id":"a","type":"chat","created":1e99,"shutdown_date":99999999999}]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		models, err := decodeList(raw)
		for _, m := range models {
			if m.ID == "" || m.ContextLength < 0 || m.Size < 0 || err != nil {
				t.Fatalf("got %+v, %v", m, err)
			}
		}
	})
}
