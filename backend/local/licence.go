package local

import (
	"regexp"
	"strings"
)

// Answer is what a licence says about something.
type Answer string

const (
	Unknown    Answer = "unknown"
	Yes        Answer = "yes"
	Conditions Answer = "conditions" // yes, within limits of the licence's own
	No         Answer = "no"
)

// Licence is a plain summary of a model's licence, made from its text alone. It is no legal advice and does not replace
// the text.
type Licence struct {
	Name       string // "Apache 2.0"; several joined by " + "; empty when there is no text or none of it was recognised
	Commercial Answer // whether commercial use is allowed
	UserLimit  string // "700 million users a month"; empty: the text names none that we know of
	Naming     string // "Built with Llama": the words that must be shown; empty: the text names none that we know of
	HasText    bool
}

// OwnTerms reports whether the licence is one of a company's own, to be read before commercial use.
func (l Licence) OwnTerms() bool { return l.HasText && l.Commercial != Yes }

// title is a licence that is recognised by words of its own text.
type title struct {
	words      *regexp.Regexp // of a line or sentence that only this licence has
	name       string         // $1 is the version that words found
	commercial Answer
}

// start is the beginning of a line, with what Markdown or a box may put there.
const start = `(?im)^[\s#*=_"\-]*`

// titles are the licences that models come with. A licence that another one only mentions must not be found: most are
// looked for as a line that begins with their title.
var titles = []title{
	{regexp.MustCompile(start + `Apache License,?\s+Version 2\.0, January 2004`), "Apache 2.0", Yes},
	{regexp.MustCompile(start + `apache-2\.0\s*$`), "Apache 2.0", Yes},
	{regexp.MustCompile(`(?i)Permission is hereby granted, free of charge, to any person obtaining a copy`), "MIT", Yes},
	{regexp.MustCompile(start + `(?:The )?MIT(?: License)?(?: \(MIT\))?\s*$`), "MIT", Yes},
	{regexp.MustCompile(`(?i)Redistributions of source code must retain the above copyright`), "BSD", Yes},
	{regexp.MustCompile(start + `Llama ([234](?:\.\d)?) Community License Agreement`), "Llama $1", Conditions},
	{regexp.MustCompile(start + `Gemma Terms of Use`), "Gemma", Conditions},
	{regexp.MustCompile(start + `(?:Tongyi )?(?:Qianwen|Qwen) LICENSE AGREEMENT`), "Qwen", Conditions},
	{regexp.MustCompile(start + `Qwen RESEARCH LICENSE AGREEMENT`), "Qwen Research", No},
	{regexp.MustCompile(start + `DEEPSEEK LICENSE AGREEMENT`), "DeepSeek", Conditions},
	{regexp.MustCompile(start + `Mistral AI (?:Research|Non-Production) License`), "Mistral Research", No},
	{regexp.MustCompile(start + `MICROSOFT RESEARCH LICENSE TERMS`), "Microsoft Research", No},
	{regexp.MustCompile(start + `EXAONE AI Model License Agreement [\d.]+ - NC`), "EXAONE NC", No},
	{regexp.MustCompile(start + `(?:BigCode )?(?:Open|CreativeML Open) ?RAIL(?:\+\+)?-M`), "OpenRAIL-M", Conditions},
	{regexp.MustCompile(start + `NVIDIA Open Model License`), "NVIDIA Open Model", Conditions},
	{regexp.MustCompile(start + `(?:Creative Commons )?(?:Attribution-NonCommercial|CC[- ]BY[- ]NC)(?:-(?:ShareAlike|NoDerivatives|SA|ND))?[- ](\d\.\d)`), "CC BY-NC $1", No},
	{regexp.MustCompile(start + `(?:Creative Commons )?(?:Attribution|CC[- ]BY)(?:-(?:ShareAlike|SA))?[- ](\d\.\d)`), "CC BY $1", Yes},
	{regexp.MustCompile(start + `GNU AFFERO GENERAL PUBLIC LICENSE`), "AGPL", Yes},
	{regexp.MustCompile(start + `GNU GENERAL PUBLIC LICENSE`), "GPL", Yes},
}

// severity orders answers: of two licences in one model the stricter holds.
var severity = map[Answer]int{"": 0, Yes: 1, Conditions: 2, Unknown: 3, No: 4}

// Summarise reads a licence's text, which may be several licences one after another. What is not recognised stays unknown.
func Summarise(text string) Licence {
	l := Licence{HasText: strings.TrimSpace(text) != "", Commercial: Unknown}
	var names []string
	var strictest Answer
	seen := make(map[string]bool)
	for _, t := range titles {
		found := t.words.FindStringSubmatchIndex(text)
		if found == nil {
			continue
		}
		name := string(t.words.ExpandString(nil, t.name, text, found))
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
		if severity[t.commercial] > severity[strictest] {
			strictest = t.commercial
		}
	}
	if len(names) > 0 {
		l.Name, l.Commercial = strings.Join(names, " + "), strictest
	}
	l.UserLimit, l.Naming = userLimit(text), naming(text)
	return l
}

var limitWords = regexp.MustCompile(`(?i)(?:greater|more) than\s+(\d+)\s+million\s+monthly\s+active\s+users`)

// userLimit is how many users a licence allows without asking its owner, in the licence's own number.
func userLimit(text string) string {
	found := limitWords.FindStringSubmatch(text)
	if found == nil {
		return ""
	}
	return found[1] + " million users a month"
}

var namingWords = regexp.MustCompile(`(?i)(?:display|indicate)\s+["“]((?:Built|Improved)\s+(?:with|using)\s+[A-Z][\w .-]{1,30})["”]`)

// naming are the words that a licence wants to be shown.
func naming(text string) string {
	found := namingWords.FindStringSubmatch(text)
	if found == nil {
		return ""
	}
	return strings.Join(strings.Fields(found[1]), " ")
}
