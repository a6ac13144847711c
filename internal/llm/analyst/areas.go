package analyst

// area is one part of the discovery framework.
type area struct {
	title  string
	ask    string          // the question in a conversation
	brief  string          // the question in a meeting
	search string          // what the documents are searched for
	cues   map[string]bool // words, in lower case, that show a sentence belongs here
	signs  pattern         // phrases that show it
}

// areas is the framework, in the order of asking.
var areas = []area{
	{
		title:  "Objective",
		ask:    "What should be different when this is done, for whom, and why now?",
		brief:  "What should be different when this is done, and why now?",
		search: "goal objective purpose aim",
		cues:   wordSet(`goal goals objective objectives aim aims purpose vision`),
		signs:  lazily(`(?i)\b(?:so that|in order to|we(?:'d| would)? (?:want|like|need|plan|intend|wish)|i (?:want|need|would like)|they want|customer wants|let(?:s|ting)? (?:our|the|users|customers|patients)|allow(?:s|ing)? (?:our|the|users|customers|patients|people)|enabl(?:e|es|ing)|build(?:ing)? an?|introduc(?:e|es|ing)|launch(?:ing)?|replac(?:e|es|ing) (?:the|our|an?)|should be (?:possible|able)|(?:goals?|aims?|purpose|objectives?|vision) (?:of .{2,40} )?(?:is|are|was))\b`),
	},
	{
		title:  "Users",
		ask:    "Who will use it? Name each group, how many they are, and how often they use it.",
		brief:  "Who will use it, how many, how often?",
		search: "users customers patients staff roles number",
		cues:   wordSet(`users user customers customer patients patient clients employees staff agents operators visitors guests members students teachers citizens applicants drivers nurses doctors therapists administrators admins salespeople clerks subscribers carers parents personas audience officers inspectors engineers technicians analysts accountants cashiers tenants guardians pupils volunteers buyers sellers`),
		signs:  lazily(`(?i)\b(?:they|we|everyone|everybody|all of us|nobody|\p{L}+s) (?:will |would |also |all |only )?(?:use|read|see|open|work with|log in to|sign in to|look at) (?:it|this|that|the (?:app|tool|system|application|site|portal|results?))\b|\bused by\b`),
	},
	{
		title:  "Main flow",
		ask:    "Walk me through the normal case, step by step: what starts it, what does each person do, what ends it?",
		brief:  "What are the steps of the normal case, from start to end?",
		search: "steps process select confirm submit",
		cues:   wordSet(`then afterwards finally step steps clicks click selects select chooses choose submits submit confirms enters enter opens fills receives first next`),
		signs:  lazily(`(?i)\b(?:after that|once (?:the|it|they|he|she)|step by step|logs? in|signs? in|ends? with|starts? (?:with|when)|at the end)\b`),
	},
	{
		title:  "Current pains",
		ask:    "How is it done today, and where does it hurt: what takes too long, goes wrong, or annoys people?",
		brief:  "How is it done today, and what goes wrong?",
		search: "today problem manual telephone calls wait twice error",
		cues:   wordSet(`today currently manual manually excel spreadsheet spreadsheets paper slow tedious complain complaints complaint problem problems pain pains waste wasted errors mistakes twice frustrated frustrating cumbersome bottleneck wait waits waiting annoying forgotten lost phone telephone calls`),
		signs:  lazily(`(?i)\b(?:at the moment|right now|as of now|by hand|takes? (?:too|so|very) long|too (?:long|slow|many|much|late|expensive)|hang(?:s)? up|every time|have to (?:type|copy|call|print)|not (?:able|possible) to|can't|cannot)\b`),
	},
	{
		title:  "Success measures",
		ask:    "Which number will tell that it worked: from which value today to which value, by when, measured how?",
		brief:  "Which number tells that it worked, from what to what, by when?",
		search: "target percent measure goal reduce increase",
		cues:   wordSet(`kpi kpis metric metrics measure measured target targets percent percentage share rate satisfaction nps revenue conversion half third`),
		signs:  lazily(`(?i)\d\s*%|\b(?:reduc(?:e|es|ed|ing|tion)|increas(?:e|es|ed|ing)|cut|halv(?:e|ing)|doubl(?:e|ing)|rais(?:e|ing)|lower(?:s|ing)?)\b.{0,60}\b(?:by|to|from|within|half)\b|\bfrom \S+ to \S+|\bsuccess(?:ful)? (?:if|when|means)\b`),
	},
	{
		title:  "Compliance",
		ask:    "Which laws, standards, contracts or internal rules apply: personal data, retention, audit, accessibility, security?",
		brief:  "Which laws, standards or internal rules apply?",
		search: "law regulation data protection retention audit compliance",
		cues:   wordSet(`gdpr hipaa law laws legal legally regulation regulations regulatory compliance compliant audit audits auditor retention privacy consent pci sox dsgvo wcag accessibility accessible encrypted encryption confidential certification certified iso`),
		signs:  lazily(`(?i)\b(?:data protection|personal data|health data|must stay in|by law|terms and conditions|works council)\b`),
	},
	{
		title:  "Stakeholders",
		ask:    "Who decides, who pays, who must agree, and who is affected without using it?",
		brief:  "Who decides, and who else must agree?",
		search: "owner sponsor present decides responsible approval",
		cues:   wordSet(`sponsor sponsors stakeholder stakeholders decides decide approves approve approval board steering ceo cto cfo cio director owner management manager head union vendor supplier insurer council budget-holder responsible accountable`),
		signs:  lazily(`(?i)\b(?:sign(?:s|ed)? (?:it )?off|has the last word|head of|product owner|must agree|in charge|pays for)\b`),
	},
	{
		title:  "Processes and interfaces",
		ask:    "Which other processes and systems does it touch: what comes in from where, what goes out to whom, and when?",
		brief:  "Which other systems and processes does it touch?",
		search: "interface system data import export integration",
		cues:   wordSet(`interface interfaces integration integrate integrates integrated api apis sap crm erp salesforce import imports export exports sync synchronise synchronize database databases feed feeds nightly batch billing accounting ledger webhook calendar`),
		signs:  lazily(`(?i)\b(?:hand(?:s|ed)? over|passes? (?:it|them|the data) (?:on|to)|sends? (?:it|them|the data|data) to|comes? from the|other systems?|(?:till|booking|billing|payment|accounting|existing|external|third-party|legacy|ordering|library|warehouse|hr) systems?|data from)\b`),
	},
	{
		title:  "Constraints",
		ask:    "What is fixed: deadline, budget, technology, language, devices, and what is out of scope?",
		brief:  "What is fixed: deadline, budget, technology, out of scope?",
		search: "deadline budget scope release limit",
		cues:   wordSet(`deadline budget scope euros dollars eur usd technology cloud on-premise hosting browser browsers android ios languages constraint constraints`),
		signs:  lazily(`(?i)\b(?:out of scope|first release|not part of|go(?:es)?[- ]live|by (?:the )?(?:end|start|beginning|middle) of|(?:by|before|until|in|from|since) (?:the )?(?:(?:end|beginning|middle) of )?(?:summer|autumn|winter|spring|christmas|easter|january|february|march|april|may|june|july|august|september|october|november|december)|at most|no more than|must (?:run|work) (?:on|in|with)|by (?:q[1-4]|20\d\d)|(?:no|without) (?:new|additional|extra)|budget is|only (?:in|on|for))\b`),
	},
	{
		title:  "Risks",
		ask:    "What could make this fail, what do we assume without knowing it, and what does it depend on?",
		brief:  "What could make this fail? What do we assume?",
		search: "risk assumption depends problem",
		cues:   wordSet(`risk risks risky worry worries worried afraid fear concern concerns concerned assume assumes assumption assumptions depends dependency dependencies uncertain uncertainty doubt`),
		signs:  lazily(`(?i)\b(?:could fail|might (?:not|fail|refuse)|go(?:es)? wrong|if .{3,40} (?:doesn't|does not|don't|refuses?|rejects?)|not sure (?:if|whether|that)|unclear (?:if|whether))\b`),
	},
	{
		title:  "Edge cases",
		ask:    "What happens when it is not the normal case?",
		brief:  "What happens when it is not the normal case?",
		search: "exception error cancel refuse expired",
		cues:   wordSet(`exception exceptions duplicate duplicates offline timeout timeouts expired expires no-show overbooked overlap overlapping cancels cancelled cancellation undo rollback refused rejected rejects`),
		signs:  lazily(`(?i)\b(?:what (?:if|happens (?:if|when))|edge cases?|at the same time|fails?|doesn't (?:show|come|arrive|answer|respond)|not available|too late|in case of|unless)\b`),
	},
}

// areaNamed returns the area with a title, or nil.
func areaNamed(title string) *area {
	for i := range areas {
		if areas[i].title == title {
			return &areas[i]
		}
	}
	return nil
}

// number returns the place of the area in the framework, from 1.
func (a *area) number() int {
	for i := range areas {
		if &areas[i] == a {
			return i + 1
		}
	}
	return 0
}
