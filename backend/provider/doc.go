// Package provider is the contract between the engine and those who serve models.
//
// An adapter (ollama, openai, anthropic, gemini, demo) translates one wire protocol into Events. It knows neither storage
// nor screen, starts no goroutine, keeps no state between requests and never retries: a retry is the user's decision and
// a new run. Every adapter passes the suite in providertest.
package provider
