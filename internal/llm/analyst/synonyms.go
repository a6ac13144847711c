package analyst

import (
	"strings"
	"sync"
)

// sameWords are forms of one word that stemming keeps apart; one group a line.
const sameWords = `
	child children
	person persons people
	man men
	woman women
	pay pays paid paying payment payments payable
	send sends sent sending
	hold held
	take takes took taken
	keep keeps kept
	choose chooses chose chosen choice
	buy buys bought
	sell sells sold sale
	write writes wrote written
	begin begins began begun
	give gives gave given
	see sees saw seen
	show shows showed shown
	speak spoke spoken
	tell told
	make made
	get got
	lose lost loss
	ill illness
	sick sickness
	email e-mail mail
	id identifier identification
	app application
	log-in login logon sign-in signin log-on
	retain retention retains
	analyse analyze analysis
	authorise authorize authorisation authorization
	organisation organization
	data datum
	criterion criteria
	decide decides decided decision
	deliver delivery
	approve approval
	renew renewal
	refuse refusal
	remove removal
	arrive arrival
	book booking bookings booked bookable
	refer referral referrals
	respond response
	receive receives received receipt reception
	fail failure
	know knowledge
	grow growth
	succeed success
	secure security
	safe safety
	private privacy
	able ability
	capable capability
	available availability
	responsible responsibility
	confidential confidentiality
`

// synonyms are words that stand for one another in the texts of business
// analysts closely enough to be searched together; one group a line.
const synonyms = `
	cost price fee charge rate tariff amount
	expensive cost price
	cancel withdraw revoke terminate
	cancellation withdrawal
	permitted allowed may authorised
	duration minutes length takes
	deadline due
	customer client
	employee staff worker personnel
	supplier vendor
	manufacturer vendor supplier
	phone telephone call
	mobile cell
	boss manager supervisor
	owner responsible accountable
	reminder notification notice
	notify inform alert remind
	store retain keep save archive
	delete erase remove purge
	keep delete
	kept deleted
	retain delete
	login authentication log-in sign-in
	log sign
	password passphrase credential credentials passwords
	sms text-message
	sick ill absent
	doctor physician
	guardian parent
	parent guardian
	kid child minor
	begin start commence launch
	end finish stop terminate
	buy purchase order
	purpose goal objective aim
	goal objective aim target
	requirement req
	problem issue pain fault
	error fault failure
	fast quick speed performance response
	speed rate velocity
	slow delay wait
	say state contain include
	show display present
	screen display monitor page
	user operator
	change modify update edit move reschedule
	reschedule move
	postpone move
	invoice bill billing
	fix repair correct
	choose select pick
	allow permit enable
	forbid prohibit
	obtain receive get
	send transmit deliver
	sent transmitted delivered
	check verify validate confirm
	verify check validate confirm verification
	big large size
	maximum most limit max
	minimum least min
	limit maximum
	build develop implement
	release version
	interface api integration
	law legal statute regulation
	regulation law rule
	gdpr privacy protection
	privacy protection confidential
	backup recovery
	encrypt encryption cipher
	encrypted encryption
	transport carry
	location place site
	opening open hours
	salary pay wage
	holiday leave vacation
	agree agreed decision decided
	approve sign-off accept
	decide decision agreed decides
	attend present participant
	attendee present participant
	attended present
	participants present
	availability uptime
	uptime available availability
	stakeholder sponsor owner
	help support assist
	training train teach
	quantity number amount
	quit leave
	join register enrol
	register sign-up registration enrol
	waive exempt
	exception waive exempt
	penalty fine fee liability pays
	home house
	trip journey travel
	vehicle car
	teen child
	adult age
	age years
	old age years
	insurance insurer
	reject refuse decline deny
	denied refused rejected
	hardware equipment
	machine equipment
	software program
	colour color
	compliance law legal regulation
	author written prepared
	wrote author prepared
	written author prepared
	operating run
	refund reimburse reimbursement repay
	crash fail failure
	outage downtime unavailable
	abbreviation acronym
	part scope
	appear attend attendance non-attendance appearance
	define definition
	accessibility disabilities disabled disability wheelchair impaired impairments
`

// alternative is another way to say a term, as a sequence of stems.
type alternative struct {
	word  string
	stems []string
	same  bool // a form of the same word, not only a neighbour in meaning
}

// alternatives maps a sequence of stems, joined by a space, to the others of
// its groups. It is made when first used: a start should not pay for it.
var alternatives = sync.OnceValue(func() map[string][]alternative {
	m := make(map[string][]alternative)
	addGroups(m, sameWords, true)
	addGroups(m, synonyms, false)
	return m
})

func addGroups(m map[string][]alternative, text string, same bool) {
	for line := range strings.Lines(text) {
		group := strings.Fields(line)
		for i, a := range group {
			for j, b := range group {
				if i != j {
					addAlternative(m, strings.Join(terms(a), " "), alternative{b, terms(b), same})
				}
			}
		}
	}
}

func addAlternative(m map[string][]alternative, key string, a alternative) {
	joined := strings.Join(a.stems, " ")
	if joined == key {
		return
	}
	for _, have := range m[key] {
		if strings.Join(have.stems, " ") == joined {
			return
		}
	}
	m[key] = append(m[key], a)
}
