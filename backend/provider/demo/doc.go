// Package demo is a provider without a network: three voices that replay scripts, for a machine with neither a local
// server nor a key. It never pretends to be a model: the first line of every answer says that it is a script.
//
// A voice speaks word by word at its own speed, the same words at the same moments for the same prompt. It follows the
// rules of every provider: leaving the loop ends it, max_tokens cuts it, its usage adds up. A token of a demo voice is
// one word with the space around it, of system and user text (files included) as input and of reasoning and answer as
// output. Timers are the standard library's, so that testing/synctest moves them.
package demo
