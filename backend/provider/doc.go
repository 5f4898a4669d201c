// Package provider is the contract between the engine and those who serve models.
//
// An adapter (ollama, openai, anthropic, gemini, demo) translates one wire protocol into Events. It knows neither storage
// nor screen, starts no goroutine, keeps no state between requests and never retries: a retry is the user's decision and
// a new run. Every adapter passes the suite in providertest.
//
// What a model takes is data: each adapter embeds a sheet of families by id (families.json, rules.json), dated, with its
// sources. Code holds the meaning of its words; no literal in Go names a family, and backend/ids_test.go reads for one.
package provider
