package lint

// The ids of the rules. They are stable: waivers refer to them.
const (
	VagueWord                 = "vague-word"
	SubjectiveWord            = "subjective-word"
	Loophole                  = "loophole"
	UnboundedList             = "unbounded-list"
	CompoundStatement         = "compound-statement"
	PassiveWithoutActor       = "passive-without-actor"
	UnclearObligation         = "unclear-obligation"
	NegativeStatement         = "negative-statement"
	MissingSubject            = "missing-subject"
	WeakVerb                  = "weak-verb"
	SuperfluousInfinitive     = "superfluous-infinitive"
	PronounReference          = "pronoun-reference"
	ComparativeWithoutMeasure = "comparative-without-measure"
	Superlative               = "superlative"
	Absolute                  = "absolute"
	NotVerifiable             = "not-verifiable"
	MissingUnit               = "missing-unit"
	MissingTolerance          = "missing-tolerance"
	AndOr                     = "and-or"
	IncompleteReference       = "incomplete-reference"
	Placeholder               = "placeholder"
	VagueCondition            = "vague-condition"

	StoryWithoutBenefit = "story-without-benefit"
	StoryRole           = "story-role"
	StoryNotAtomic      = "story-not-atomic"
	StoryNotMinimal     = "story-not-minimal"

	InconsistentTerm       = "inconsistent-term"
	InconsistentUnit       = "inconsistent-unit"
	NearDuplicate          = "near-duplicate"
	ContradictingNumber    = "contradicting-number"
	ContradictingStatement = "contradicting-statement"
)

// The sources. Rule numbers are those of version 4 of the INCOSE Guide to
// Writing Requirements (INCOSE-TP-2010-006-04).
var rules = []Rule{
	{VagueWord, "Vague word", ScopeStatement, "INCOSE Guide R7; ISO/IEC/IEEE 29148:2018, 5.2.7",
		"A vague word is understood differently by whoever asks, builds and tests.",
		"The system shall keep several versions of a contract.", "The system shall keep the last 10 versions of a contract."},
	{SubjectiveWord, "Subjective word", ScopeStatement, "ISO/IEC/IEEE 29148:2018, 5.2.7; INCOSE Guide R7",
		"What is easy or nice is a matter of taste, so the acceptance becomes a dispute.",
		"The booking form shall be easy to use.", "A first-time visitor shall complete the booking form within 3 minutes without help."},
	{Loophole, "Loophole", ScopeStatement, "INCOSE Guide R8; ISO/IEC/IEEE 29148:2018, 5.2.7",
		"An escape clause makes the requirement optional, and leaves it to somebody unnamed to decide.",
		"The system shall encrypt exports where possible.", "The system shall encrypt every export of personal data."},
	{UnboundedList, "Unbounded list", ScopeStatement, "INCOSE Guide R9; ISO/IEC/IEEE 29148:2018, 5.2.7",
		"A list that ends with “etc.” is never complete and never tested.",
		"The system shall import CSV, XLSX, etc.", "The system shall import CSV and XLSX files."},
	{CompoundStatement, "Compound statement", ScopeStatement, "INCOSE Guide R18, R19; ISO/IEC/IEEE 29148:2018, 5.2.5 (singular)",
		"Two requirements in one sentence can be neither prioritised nor accepted apart.",
		"The system shall log the payment and shall notify the clerk.", "The system shall log the payment. The system shall notify the clerk."},
	{PassiveWithoutActor, "Passive without an actor", ScopeStatement, "INCOSE Guide R2; ISO/IEC/IEEE 29148:2018, 5.2.4",
		"The passive hides who has to do it: the system, a person, or another system.",
		"Invoices shall be archived after 30 days.", "The billing system shall archive invoices after 30 days."},
	{UnclearObligation, "Unclear obligation", ScopeStatement, "ISO/IEC/IEEE 29148:2018, 5.2.4; EARS (Mavin et al., RE 2009), generic syntax",
		"“Should”, “may”, “might” and “could” say that it is welcome, not that it is required.",
		"The system should show the balance.", "The system shall show the balance."},
	{NegativeStatement, "Negative statement", ScopeStatement, "INCOSE Guide R16; ISO/IEC/IEEE 29148:2018, 5.2.4",
		"That something never happens cannot be shown by a test; what happens instead can.",
		"The system shall not accept expired cards.", "The system shall refuse an expired card with the message M-12."},
	{MissingSubject, "Missing subject", ScopeStatement, "INCOSE Guide R1, R3; EARS (Mavin et al., RE 2009), generic syntax",
		"A requirement without a subject is nobody's.",
		"Shall send a receipt after each payment.", "The payment service shall send a receipt after each payment."},
	{WeakVerb, "Weak verb", ScopeStatement, "INCOSE Guide R3; ISO/IEC/IEEE 29148:2018, 5.2.7 (open-ended terms)",
		"“Support”, “handle” and “manage” name a topic, not what the system does.",
		"The system shall handle returned goods.", "The system shall create a credit note for returned goods."},
	{SuperfluousInfinitive, "Superfluous infinitive", ScopeStatement, "INCOSE Guide R10",
		"An ability can be there without ever being used; the act is what is needed.",
		"The gateway shall be able to encrypt messages.", "The gateway shall encrypt messages."},
	{PronounReference, "Pronoun without a referent", ScopeStatement, "INCOSE Guide R24; ISO/IEC/IEEE 29148:2018, 5.2.7",
		"A requirement is read, moved and tested without its neighbours; a pronoun loses what it stands for.",
		"It shall be archived by the clerk within 30 days.", "The clerk shall archive the invoice within 30 days."},
	{ComparativeWithoutMeasure, "Comparative without a measure", ScopeStatement, "ISO/IEC/IEEE 29148:2018, 5.2.7; INCOSE Guide R34",
		"“Faster” is true of a millisecond; without a value and a basis it proves nothing.",
		"The new search shall be faster.", "The new search shall answer within 500 ms for 95 % of the queries."},
	{Superlative, "Superlative", ScopeStatement, "ISO/IEC/IEEE 29148:2018, 5.2.7",
		"The best of all can only be found by comparing with all; what is needed is good enough.",
		"The planner shall compute the best route.", "The planner shall compute the route with the shortest driving time."},
	{Absolute, "Absolute", ScopeStatement, "INCOSE Guide R26; ISO/IEC/IEEE 29148:2018, 5.2.7 (totality)",
		"Nothing is available at all times; an unreachable value is ignored, or paid for without end.",
		"The shop shall be available at all times.", "The shop shall be available 99.9 % of each month."},
	{NotVerifiable, "Not verifiable", ScopeStatement, "ISO/IEC/IEEE 29148:2018, 5.2.5 (verifiable); INCOSE Guide R34",
		"Without a figure nobody can say whether the quality is reached.",
		"The system shall have a short response time.", "The system shall answer within 2 s for 95 % of the requests."},
	{MissingUnit, "Missing unit", ScopeStatement, "INCOSE Guide R6",
		"A value without its unit is read as seconds by one and as minutes by the other.",
		"The server shall respond within 5.", "The server shall respond within 5 s."},
	{MissingTolerance, "Missing tolerance", ScopeStatement, "INCOSE Guide R33",
		"No part weighs exactly 5 kg; without a range every part fails or every part passes.",
		"The housing shall weigh 5 kg.", "The housing shall weigh 5 kg ± 50 g."},
	{AndOr, "And/or", ScopeStatement, "INCOSE Guide R15, R17; ISO/IEC/IEEE 29148:2018, 5.2.7 (logical statements)",
		"“And/or” lets each reader choose.",
		"The clerk shall receive an e-mail and/or a text message.", "The clerk shall receive an e-mail, a text message, or both, as set in the profile."},
	{IncompleteReference, "Incomplete reference", ScopeStatement, "ISO/IEC/IEEE 29148:2018, 5.2.7 (incomplete references)",
		"Which standard applies, and in which version, decides what has to be built.",
		"The system shall comply with industry standards.", "The system shall comply with WCAG 2.2, level AA."},
	{Placeholder, "Placeholder", ScopeStatement, "ISO/IEC/IEEE 29148:2018, 5.2.6 (complete)",
		"An open decision is no requirement yet.",
		"The report shall be ready within TBD hours.", "The report shall be ready within 4 hours."},
	{VagueCondition, "Vague condition", ScopeStatement, "EARS (Mavin et al., RE 2009), event-driven and unwanted behaviour patterns; INCOSE Guide R27",
		"“In case of errors” names no event that somebody could bring about, so the reaction is never tested.",
		"In case of errors, the import shall stop.", "If a record has no customer number, the import shall stop with message M-3."},

	{StoryWithoutBenefit, "Story without a benefit", ScopeStory, "INVEST, valuable (Wake, 2003); Quality User Story framework, full sentence and well-formed",
		"Without “so that” nobody can tell what the story is worth.",
		"As a clerk, I want to see overdue invoices.", "As a clerk, I want to see overdue invoices, so that I can remind the customers."},
	{StoryRole, "Story without a role", ScopeStory, "Quality User Story framework, well-formed (Lucassen et al., Requirements Engineering 2016); Cohn, User Stories Applied, chapter 3",
		"“A user” has no goals; a role has.",
		"As a user, I want to reset my password, so that I can enter again.", "As a registered customer, I want to reset my password, so that I can enter again."},
	{StoryNotAtomic, "Story with two features", ScopeStory, "Quality User Story framework, atomic (Lucassen et al., Requirements Engineering 2016); INVEST, independent and small",
		"Two features in a story can be neither ordered nor delivered apart.",
		"As a clerk, I want to create invoices and send reminders, so that customers pay.", "As a clerk, I want to create invoices, so that customers pay."},
	{StoryNotMinimal, "Story with additions", ScopeStory, "Quality User Story framework, minimal (Lucassen et al., Requirements Engineering 2016)",
		"Additions in brackets are details that belong to the acceptance criteria.",
		"As a clerk, I want to export invoices (see the design of March), so that I can archive them.", "As a clerk, I want to export invoices, so that I can archive them."},

	{InconsistentTerm, "Inconsistent term", ScopeSet, "INCOSE Guide R36, R4; ISO/IEC/IEEE 29148:2018, 5.2.6 (consistent)",
		"Two words for one thing are read as two things.",
		"The clerk shall enter the e-mail address.\nThe system shall verify the email address.", "The clerk shall enter the email address.\nThe system shall verify the email address."},
	{InconsistentUnit, "Inconsistent unit", ScopeSet, "INCOSE Guide R6, R36",
		"Two systems of units in one specification end in a wrong conversion.",
		"The cable shall be at least 3 m long.\nThe rack shall be at most 6 feet high.", "The cable shall be at least 3 m long.\nThe rack shall be at most 1.8 m high."},
	{NearDuplicate, "Near-duplicate", ScopeSet, "INCOSE Guide R30; ISO/IEC/IEEE 29148:2018, 5.2.6 (consistent)",
		"What is said twice is changed once.",
		"The system shall display the balance of the account.\nThe system must show the balance of the account.", "The system shall display the balance of the account."},
	{ContradictingNumber, "Contradicting numbers", ScopeSet, "ISO/IEC/IEEE 29148:2018, 5.2.6 (consistent); INCOSE Guide R30",
		"Two values for one thing: one of them will be built, the other tested.",
		"The session shall expire after 15 minutes.\nThe session shall expire after 30 minutes.", "The session shall expire after 15 minutes."},
	{ContradictingStatement, "Contradicting statements", ScopeSet, "ISO/IEC/IEEE 29148:2018, 5.2.6 (consistent)",
		"One statement asks for what the other forbids.",
		"A clerk shall approve the clerk's own orders.\nA clerk shall not approve the clerk's own orders.", "A clerk shall not approve the clerk's own orders."},
}
