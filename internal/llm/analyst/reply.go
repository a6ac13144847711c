package analyst

// maxReply bounds what is taken for the answer to a question, in bytes.
const maxReply = 320

// pairReplies adds, for each question in the passage, what was answered: the
// rest of its line, or the line after it. Lists of open questions answer nothing.
func (s *source) pairReplies() {
	n := len(s.units)
	for i := 0; i+1 < n; i++ {
		asked, next := s.units[i], s.units[i+1]
		if asked.kind != inquiry || next.kind != sentence {
			continue
		}
		sameLine := asked.line() == next.line()
		if !sameLine && openRE.MatchString(asked.section()) {
			continue
		}
		end := next.end
		for _, u := range s.units[i+2 : n] {
			if u.kind != sentence || u.line() != next.line() || u.end-next.start > maxReply {
				break
			}
			end = u.end
		}
		if end == next.end {
			next.kind, next.asked = reply, asked
			continue
		}
		s.units = append(s.units, &unit{src: s, index: next.index, kind: reply, start: next.start, end: end,
			label: next.label, heading: next.heading, asked: asked, tokens: tokenise(s.text[next.start:end])})
	}
}

// overlaps reports whether two units share text.
func (u *unit) overlaps(v *unit) bool {
	return u.src == v.src && u.start < v.end && v.start < u.end
}
