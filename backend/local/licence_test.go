package local

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLicencesAreRecognisedByTheirOwnWords(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       Licence
	}{
		{"none", " \n", Licence{Commercial: Unknown}},
		{"one that nobody knows", "ACME house rules: be nice.", Licence{Commercial: Unknown, HasText: true}},
		{"Apache", "                                 Apache License\n                           Version 2.0, January 2004\n", Licence{Name: "Apache 2.0", Commercial: Yes, HasText: true}},
		{"MIT", "MIT License\n\nCopyright (c) 2026\n\nPermission is hereby granted, free of charge, to any person obtaining a copy", Licence{Name: "MIT", Commercial: Yes, HasText: true}},
		{"an SPDX name alone", "CC-BY-4.0\n\nThe weights are generated.", Licence{Name: "CC BY 4.0", Commercial: Yes, HasText: true}},
		{"not commercial", "Creative Commons Attribution-NonCommercial 4.0 International\n", Licence{Name: "CC BY-NC 4.0", Commercial: No, HasText: true}},
		{"Llama", "LLAMA 3.2 COMMUNITY LICENSE AGREEMENT\nprominently display “Built with Llama” on a website\nare greater than 700 million monthly active users in the preceding month",
			Licence{Name: "Llama 3.2", Commercial: Conditions, UserLimit: "700 million users a month", Naming: "Built with Llama", HasText: true}},
		{"Qwen, broken over lines", "Qwen LICENSE AGREEMENT\n\nmore than 100 million\nmonthly active users, shall prominently display \"Built with Qwen\"",
			Licence{Name: "Qwen", Commercial: Conditions, UserLimit: "100 million users a month", Naming: "Built with Qwen", HasText: true}},
		{"research", "Mistral AI Research License\n", Licence{Name: "Mistral Research", Commercial: No, HasText: true}},
		{"Gemma", "Gemma Terms of Use\n\nLast modified", Licence{Name: "Gemma", Commercial: Conditions, HasText: true}},
		{"two layers: the stricter holds", "apache-2.0\n\nQwen RESEARCH LICENSE AGREEMENT\n", Licence{Name: "Apache 2.0 + Qwen Research", Commercial: No, HasText: true}},
		{"one that is only mentioned", "ACME terms.\nParts come under the MIT License and the Gemma Terms of Use.", Licence{Commercial: Unknown, HasText: true}},
		{"a model's name is no licence", "llama gemma qwen", Licence{Commercial: Unknown, HasText: true}},
	} {
		if diff := cmp.Diff(test.want, Summarise(test.text)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestOwnTermsAreThoseToReadFirst(t *testing.T) {
	for text, want := range map[string]bool{"": false, "apache-2.0": false, "Gemma Terms of Use": true, "something else": true} {
		if got := Summarise(text).OwnTerms(); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}
