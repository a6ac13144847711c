package lint

// isStory reports whether a sentence has the beginning of a user story: "As a
// clerk, I want".
func isStory(list []word) bool {
	if len(list) < 4 || list[0].low != "as" {
		return false
	}
	for i := 1; i < min(len(list)-1, 30); i++ {
		if wants(list, i) {
			return true
		}
	}
	return false
}

// wants reports that "I want", "I need" or the like stands at i.
func wants(list []word, i int) bool {
	switch list[i].low {
	case "i", "we":
		switch list[i+1].low {
		case "want", "need", "would", "can", "wish", "must", "should", "shall", "expect", "am", "like":
			return true
		}
	case "i'd", "we'd":
		return true
	}
	return false
}

// tellsStory are the places of the parts of a user story.
type tellsStory struct {
	role, roleEnd int
	want          int // behind "I want (to)"
	benefit       int // "so that", or -1
}

func (s *statement) storyParts() tellsStory {
	p := tellsStory{role: s.body + 1, benefit: -1}
	for i := s.body + 1; i < len(s.words)-1; i++ {
		if p.want == 0 && wants(s.words, i) {
			p.roleEnd, p.want = i, i+2
		}
		if p.want > 0 && i >= p.want && s.benefitAt(i) {
			p.benefit = i
			break
		}
	}
	return p
}

// need returns the story without its benefit, which is no requirement.
func (s *statement) need() *statement {
	p := s.storyParts()
	if p.benefit < 0 {
		return s
	}
	return &statement{words: s.words[:p.benefit], body: s.body, modal: s.modal, story: true}
}

func (s *statement) benefitAt(i int) bool {
	switch s.low(i) {
	case "so":
		next := s.at(i + 1)
		return next.kind == letters && !degrees[next.low]
	case "in":
		return s.low(i+1) == "order"
	case "for":
		return s.low(i+1) == "ease"
	case "because", "since":
		return true
	}
	return false
}

// degrees follow a "so" that introduces no benefit.
var degrees = set(`far on many much few long soon called forth`)

// anybody are roles that name nobody in particular.
var anybody = set(`user users person someone somebody anyone human individual people end-user stakeholder`)

// checkStory reports what a user story lacks.
func (r *report) checkStory(s *statement) {
	p := s.storyParts()
	if p.benefit < 0 {
		r.add(StoryWithoutBenefit, s, s.body, len(s.words), "The story does not say what the person gains.", "Add “so that …” with the benefit; it is what priority is judged by.")
	}
	if i, j := s.roleName(p); j-i == 1 && anybody[s.low(i)] {
		r.add(StoryRole, s, i, j, "“%s” is no role: everybody is one.", "Name the role that has this need, such as cashier or new customer.")
	}
	r.checkStoryVerbs(s, p)
	r.checkStoryNotes(s, p)
}

// roleName returns the words of the role, without its article.
func (s *statement) roleName(p tellsStory) (from, to int) {
	from, to = p.role, p.roleEnd
	if determiners[s.low(from)] {
		from++
	}
	if s.low(to-1) == "," {
		to--
	}
	return from, to
}

// checkStoryVerbs reports "I want to create and send invoices".
func (r *report) checkStoryVerbs(s *statement, p tellsStory) {
	end := p.benefit
	if end < 0 {
		end = len(s.words)
	}
	if s.low(p.want) != "to" && s.low(p.want-1) != "to" && s.low(p.want-1) != "can" {
		return
	}
	verb := s.firstVerb(p.want)
	for i := verb + 1; i+1 < end; i++ {
		low := s.low(i)
		if subordinates[low] || low == "(" || low == ";" || low == "to" && i > verb+1 {
			return // what follows is a purpose or a description
		}
		if low == "and" && s.secondFeature(verb, i) {
			r.add(StoryNotAtomic, s, i, i+2, "The story asks for a second feature here.", "Make a story of each, so that each can be estimated and delivered by itself.")
			return
		}
	}
}

// firstVerb returns where the first feature is named behind "I want".
func (s *statement) firstVerb(want int) int {
	if s.low(want) != "to" {
		return want
	}
	switch s.low(want + 1) {
	case "be":
		if s.low(want+2) == "able" && s.low(want+3) == "to" {
			return want + 4
		}
	case "have":
		if s.low(want+3) == "ability" && s.low(want+4) == "to" {
			return want + 5
		}
	}
	return want + 1
}

// storyActs are acts that people want to do themselves.
var storyActs = set(`find see browse navigate put share access have sign`)

// secondFeature reports that a second act follows the "and" at i: directly
// behind the first verb, or an act with an object. "The view and download
// statistics" are things.
func (s *statement) secondFeature(verb, i int) bool {
	next := s.low(i + 1)
	switch {
	case s.words[i+1].kind != letters:
		return false
	case i == verb+1:
		return acts[next] || both[next] || storyActs[next]
	case next == "be":
		return participle(s.low(i + 2))
	case s.low(i-1) == "," || determiners[s.low(i-2)] && acts[s.low(i-1)]:
		return false
	}
	return acts[next] && next != "identify" || (both[next] || storyActs[next]) && (s.takesObject(i+1) || next == "browse")
}

// checkStoryNotes reports additions in brackets and examples, which belong to
// the notes.
func (r *report) checkStoryNotes(s *statement, p tellsStory) {
	const addition, moveIt = "A story holds role, need and benefit; this is an addition.", "Move it to the notes or the acceptance criteria."
	for i := p.want; i < len(s.words); i++ {
		switch s.low(i) {
		case "(", "[":
			if j := s.closing(i); j-i > 2 && s.words[i+1].kind == letters && s.words[i+2].kind != mark || j-i > 3 {
				r.add(StoryNotMinimal, s, i, j+1, addition, moveIt)
				return
			}
		case "e.g", "for":
			if to := s.exampleEnd(i, p); to > 0 {
				r.add(StoryNotMinimal, s, i, to, addition, moveIt)
				return
			}
		}
	}
}

// exampleEnd returns where an example that begins at i, in the need, ends, or 0.
func (s *statement) exampleEnd(i int, p tellsStory) int {
	if s.low(i) == "for" && s.low(i+1) != "example" || p.benefit >= 0 && i > p.benefit {
		return 0
	}
	if p.benefit < 0 {
		return len(s.words)
	}
	if s.low(p.benefit-1) == "," {
		return p.benefit - 1
	}
	return p.benefit
}

// closing returns where the bracket that opens at i is closed, or -1.
func (s *statement) closing(i int) int {
	for j := i + 1; j < len(s.words); j++ {
		if s.low(j) == ")" || s.low(j) == "]" {
			return j
		}
	}
	return -1
}
