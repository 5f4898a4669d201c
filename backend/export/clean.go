package export

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"bakeoff/backend/bakeoff"
)

// clean takes keys out of every text and file of a comparison. Of the texts it looks at the JSON, before a format escapes
// anything.
func (o Options) clean(c bakeoff.Comparison) (bakeoff.Comparison, error) {
	if o.Redact == nil {
		return c, nil
	}
	bare, whole := o.cleanFiles(c)
	b, err := Encode(bare)
	if err != nil {
		return c, err
	}
	text := string(b)
	cleaned := o.Redact(text)
	if cleaned == text {
		return whole(bare), nil
	}
	out, err := Decode([]byte(cleaned))
	if err != nil {
		return c, fmt.Errorf("take a key out of comparison %s: %w", c.ID, err)
	}
	out.Imported, out.Review.Verdict, out.Review.Answers = c.Imported, c.Review.Verdict, cleanAnswers(c, out) // Decode does not find them again
	return whole(out), nil
}

// cleanFiles takes keys out of the files of a comparison, which then have another hash. bare is c without their bytes,
// which are base64 in JSON, where nothing may be replaced; whole puts them in again.
func (o Options) cleanFiles(c bakeoff.Comparison) (bare bakeoff.Comparison, whole func(bakeoff.Comparison) bakeoff.Comparison) {
	data := make(map[string][]byte)
	bare = withFiles(c, func(f *bakeoff.Attachment) {
		if cleaned := o.Redact(string(f.Data)); cleaned != string(f.Data) {
			f.Data = []byte(cleaned)
			sum := sha256.Sum256(f.Data)
			f.SHA256 = hex.EncodeToString(sum[:])
		}
		data[f.SHA256], f.Data = f.Data, nil
	})
	return bare, func(c bakeoff.Comparison) bakeoff.Comparison {
		return withFiles(c, func(f *bakeoff.Attachment) { f.Data = data[f.SHA256] })
	}
}

// withFiles returns c with every file as change leaves it; c itself does not change.
func withFiles(c bakeoff.Comparison, change func(*bakeoff.Attachment)) bakeoff.Comparison {
	each := func(files []bakeoff.Attachment) []bakeoff.Attachment {
		files = slices.Clone(files)
		for i := range files {
			change(&files[i])
		}
		return files
	}
	c.Prompt.Attachments = each(c.Prompt.Attachments)
	c.Earlier = slices.Clone(c.Earlier)
	for seat, turns := range c.Earlier {
		turns = slices.Clone(turns)
		for i := range turns {
			turns[i].Attachments = each(turns[i].Attachments)
		}
		c.Earlier[seat] = turns
	}
	return c
}

// cleanAnswers is what was said about the answers of c, in the words that cleaned has, with the stars that count.
func cleanAnswers(c, cleaned bakeoff.Comparison) []bakeoff.AnswerReview {
	out := slices.Clone(c.Review.Answers)
	for i := range out {
		said := cleaned.Review.Answer(out[i].RunID)
		out[i].Reasons, out[i].Note = said.Reasons, said.Note
	}
	return out
}
