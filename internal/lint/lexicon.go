package lint

// hint is what is said about the expressions of one line of the lexicon. In
// the reason, %s is the expression as it is written.
type hint struct {
	rule       string
	reason     string
	suggestion string
	list       string
	fits       func(s *statement, from, to int) bool
}

// lexicon holds the expressions that are weak by themselves, wherever they
// stand. The sources of the lists are those of the rules.
var lexicon = []hint{
	{VagueWord, "“%s” does not say how many.", "Give the number, or the lower and the upper bound.",
		`several, a few, a lot of, lots of, various, numerous, a number of, a large number of, a small number of, large numbers of, a variety of, a wide variety of, a wide range of,
		a couple of, plenty of, a multitude of, a great deal of`, unlisted},
	{VagueWord, "“%s” does not say how many.", "Give the number, or the lower and the upper bound.", `many, some, few`, countless},
	{VagueWord, "“%s” does not say which ones.", "Name them, or refer to the list that names them.", `certain`, beforeNoun},
	{VagueWord, "“%s” leaves open what meets it.", "State the property that can be checked, with its value.",
		`appropriate, appropriately, suitable, suitably, adequate, adequately, sufficient, sufficiently, reasonable, reasonably, properly, satisfactory, satisfactorily,
		meaningful, meaningfully, significant, significantly, considerable, considerably, substantial, substantially, customary`, notTerm},
	{VagueWord, "“%s” leaves open which ones are meant.", "Name what is meant, or the rule that decides it.", `relevant, pertinent, necessary`, beforeNoun},
	{VagueWord, "“%s” leaves the other cases open.", "Say in which cases it holds and what happens in the others.",
		`usually, generally, normally, typically, occasionally, sometimes, mostly, mainly, commonly, rarely, seldom, from time to time, in most cases, in general, as a rule, potentially`, notMeasured},
	{VagueWord, "“%s” leaves the other cases open.", "Say how often, with the number or the interval.", `frequently, often`, notMeasured},
	{VagueWord, "“%s” is no exact value.", "Give the value with its tolerance, or the bounds.", `approximately, roughly, nearly, almost, circa, in the order of, in the region of`, ownWord},
	{VagueWord, "“%s” is no exact value.", "Give the value with its tolerance, or the bounds.", `about, around`, beforeNumber},
	{VagueWord, "“%s” gives no time.", "Give the longest time allowed, with its unit.",
		`timely, in a timely manner, in a timely fashion, promptly, immediately, instantly, instantaneously, soon, shortly, regularly, periodically, quickly, rapidly, without delay, without undue delay, in near real time, near real-time`, ownWord},

	{SubjectiveWord, "“%s” is a matter of taste.", "Say what a person can do, in which time and with how many mistakes.",
		`user-friendly, user friendly, easy, easily, intuitive, intuitively, user-intuitive, self-explanatory, convenient, conveniently, comfortable, comfortably, friendly, simple to use, simple to understand, simple to learn, simple to operate, effortless, effortlessly, understandable, hassle-free, ease of use`, notTerm},
	{SubjectiveWord, "“%s” is a matter of taste.", "Describe what is shown, or refer to a style guide.",
		`nice, pleasant, pleasing, attractive, appealing, beautiful, elegant, stylish, good-looking, visually appealing, aesthetically pleasing, eye-catching, modern, contemporary, professional-looking, professional looking, sleek, catchy, clean and simple`, notTerm},
	{SubjectiveWord, "“%s” can be judged in different ways.", "State the behaviour and the figure that tell when it is reached.",
		`good, bad, seamless, seamlessly, smooth, smoothly, robust, flexible, efficient, efficiently, effective, effectively, cost-effective, lightweight, powerful, innovative, high-quality, high quality, useful, helpful, graceful, gracefully, sensible, important, fast, quick, rapid, rich, clear, clearly, simple, small, large, big, huge, detailed, familiar`, judgement},

	{Loophole, "“%s” lets the supplier decide whether it is done.", "State the condition under which it applies, or drop the escape.",
		`if possible, where possible, when possible, whenever possible, wherever possible, as far as possible, as much as possible, to the extent possible, to the greatest extent possible, if at all possible, so far as is possible, as far as is possible, if practicable, where practicable, when practicable, as far as practicable, to the extent practicable, as practicable,
		if practical, where practical, when practical, as far as practical, to the extent practical, if feasible, where feasible, when feasible, whenever feasible, as far as feasible,
		if reasonable, where reasonable, as far as reasonable, as reasonably possible, reasonable efforts, reasonable effort, best effort, best efforts, best-effort, on a best-effort basis, on a best effort basis, within reason, preferably, ideally, if time permits, if time allows, if budget permits, budget permitting, time permitting,
		to some extent, to a certain extent, should it prove necessary, if it should prove necessary, if deemed necessary, where deemed necessary, as deemed necessary, as deemed appropriate, where deemed appropriate, at the discretion of the supplier, at the supplier's discretion, at the vendor's discretion, at its discretion, at their discretion,
		under normal circumstances, under normal conditions, as far as the technology allows, subject to availability, if technically possible, where technically possible, if technically feasible, where technically feasible, as the case may be`, nil},
	{Loophole, "“%s” does not say who decides, or by what.", "State the condition under which it applies.",
		`where technically appropriate, where technically necessary, if technically necessary, as appropriate, if appropriate, where appropriate, when appropriate, wherever appropriate, whenever appropriate, as necessary, if necessary, where necessary, when necessary, whenever necessary, wherever necessary, as needed, if needed, where needed, when needed, whenever needed, as required, if required, where required, when required,
		as applicable, if applicable, where applicable, when applicable, wherever applicable, to the extent necessary, as relevant, where relevant, if relevant, as desired, if desired`, openEnded},
	{Loophole, "“%s” makes it optional, and does not say for whom.", "Say when it has to be done, or leave it out.", `optionally`, afterModal},
	{Loophole, "“%s” requires nothing.", "Say when it has to be done.", `may or may not`, nil},
	{UnboundedList, "“%s” leaves the list open, so nobody can tell when it is complete.", "List every item, or name the rule that decides what belongs to it.",
		`including but not limited to, including but not restricted to, etc, et cetera, and so on, and so forth, and the like, or the like, and suchlike, and such, and others, and many others, and many more, and much more, and more, but not limited to, but are not limited to, but is not limited to, but not restricted to, without being limited to, not limited to, not be limited to, but not be limited to, not be restricted to, among others, amongst others, inter alia, to name a few, and similar, or similar, and the rest, as a minimum, at a minimum`, listEnd},
	{NotVerifiable, "No test can show that “%s” holds, as no value is given.", "Give the figure, its unit and how it is measured.",
		`high performance, good performance, acceptable performance, excellent performance, adequate performance, optimal performance, high availability, high reliability, high throughput, high security, high accuracy, high degree of, high level of, low latency, low cost, short response time, short response times, fast response, fast response time, fast response times, quick response, minimal downtime, minimal delay, minimal latency, minimal impact, minimal effort, minimal training, minimum effort, minimum delay, minimum downtime,
		minimal disruption, heavy load, high load, peak load, heavy traffic, large volumes of, large volume of, large amounts of, large amount of, large quantities of, short period of time, long period of time, short time, acceptable time, acceptable response time, acceptable response times, acceptable level, acceptable levels, acceptable limits, in real time, in real-time, maximum flexibility, maximum performance, maximum security, as few as, real time as far, little or no, with minimal, too large, too long, too many, too much, too small, too slow, too short`, unmeasured},
	{NotVerifiable, "No test can show that “%s” holds, as no value is given.", "Say what is done, and how it is measured.", `provide support for`, afterModal},
	{NotVerifiable, "No value says what “%s” is.", "Give the figure, its unit and how it is measured.", `minimal, maximal`, smallest},
	{NotVerifiable, "No test can show that something is “%s”, as no value or condition is given.", "Give the figure, or the attacks, faults or loads that it has to stand.",
		`secure, reliable, scalable, maintainable, portable, stable, performant, extensible, safe, trustworthy, responsive, interoperable, usable, testable, resilient, highly available, fault-tolerant`, ascribed},
	{Superlative, "“%s” can only be reached by comparison with everything else.", "Give the value that is good enough.",
		`best, optimal, optimally, optimum, fastest, easiest, simplest, quickest, cheapest, greatest, smartest, safest, strongest, most reliable, most efficient, most effective, most secure, most suitable, most appropriate, most important, most significant, most accurate, most convenient, most user-friendly, most intuitive, most flexible, most relevant, most economical, most cost-effective, most advanced, most powerful, most popular, most useful,
		highest possible, lowest possible, shortest possible, fastest possible, greatest possible, largest possible, smallest possible, best possible, maximum possible, minimum possible, least possible, highest quality, highest standards, highest standard, highest level of, highest degree of, state-of-the-art, state of the art, cutting-edge, cutting edge, leading-edge, world-class, world class, best-in-class, first-class, top-notch, unsurpassed, unrivalled, ultimate, utmost, second to none`, superlative},
	{Absolute, "“%s” can be neither reached nor shown.", "Give the share or the time that is needed, such as 99.9 % in a month, and what happens otherwise.",
		`at all times, under all circumstances, under any circumstances, in all circumstances, under all conditions, in all cases, without exception, without exceptions, zero downtime, zero defects, zero errors, zero failures, zero data loss, no downtime, completely secure, totally secure, fully secure, absolutely secure, uninterrupted`, nil},
	{Absolute, "“%s” can be neither reached nor shown.", "Give the share that is needed, such as 99.9 % in a month, and when maintenance is allowed.",
		`24 / 7, 24x7, around the clock, 24 hours a day, 24 hours per day, 7 days a week, 365 days a year`, noShare},
	{Absolute, "“%s” is an open set, of which only a part can be tested.", "List those that are meant, with their versions.",
		`all browsers, all modern browsers, all major browsers, all common browsers, all web browsers, all devices, all mobile devices, all platforms, all operating systems, all languages, all screen sizes, any browser, any device, any platform, any operating system, any operating environment, every browser, every device, every platform`, openSet},
	{Absolute, "“%s” can be neither reached nor shown.", "Give the rate of errors that is good enough, and how it is measured.", `error-free, error free, bug-free, bug free, defect-free, fault-free, never fail, never fails`, promised},
	{Absolute, "“%s” can be neither reached nor shown.", "Say in which states and for how long it has to hold.", `always`, required},
	{Placeholder, openDecision, decideIt,
		`tbd, tbc, tbs, tbr, tba, tbe, to be determined, to be decided, to be defined, to be confirmed, to be specified, to be announced, to be agreed, to be advised, to be clarified, to be discussed, to be resolved, to be completed, yet to be, fixme, todo, to-do, xxx, xx, yyy, zzz, lorem ipsum, not yet defined, not yet decided, not yet known, not yet determined`, placeholder},
	{IncompleteReference, "“%s” does not say which document, in which version.", "Name the standard or law, with its date or version and the clause.",
		`industry standard, industry standards, industry best practice, industry best practices, best practice, best practices, good practice, applicable standards, applicable standard, applicable law, applicable laws, applicable regulations, applicable regulation, applicable legislation, applicable requirements, applicable rules, applicable policies, applicable policy, applicable guidelines, relevant standards, relevant standard, relevant regulations, relevant legislation, relevant laws, relevant guidelines, relevant policies, relevant rules, appropriate standards, appropriate regulations, appropriate guidelines, current standards, current regulations, current legislation, current law, current laws, recognised standards, recognized standards, accepted standards, generally accepted, common standards, usual standards, existing standards, international standards, national standards, legal requirements, regulatory requirements, statutory requirements, local laws, local regulations, privacy laws, state law, state laws, federal law, federal laws, state guidelines, federal guidelines, government regulations, safety regulations, corporate standards, company standards, company policy, company policies, organizational standards, organisational standards, corporate policy, latest standards, latest version, latest versions, newest version, most recent version, current version of`, vagueReference},
	{VagueCondition, "“%s” names no event that could be brought about.", "Name the event: which fault, of what, detected how.",
		`in case of error, in case of errors, in case of an error, in case of problems, in case of a problem, in case of failure, in case of failures, in case of issues, in case of trouble, in case of difficulties, in case of doubt, in case of need, in the event of error, in the event of errors, in the event of an error, in the event of problems, in the event of a problem, in the event of failure, in the event of a failure, in the case of an error, in the case of errors, in the case of a problem, in the case of problems, in the case of a failure, in the case of failures,
		if an error occurs, if errors occur, if any error occurs, if a problem occurs, if problems occur, if problems arise, if issues arise, if an issue arises, if a failure occurs, when an error occurs, when errors occur, when a problem occurs, when problems occur, when problems arise, whenever an error occurs, if something goes wrong, when something goes wrong, if anything goes wrong, in an emergency, in emergencies, in exceptional cases, in special cases, in certain cases, in some cases, in rare cases, in rare circumstances, in special circumstances, in exceptional circumstances, in extraordinary circumstances, in extreme circumstances, in unusual circumstances, in certain circumstances, in some circumstances, under specific circumstances, under certain circumstances, under certain conditions, under special circumstances, under some circumstances`, unspecific},
	{AndOr, "“%s” can be read as one, the other, or both.", "Write “or, or both”, or make a statement for each case.", `and / or, or / and`, nil},
}

// book is the lexicon as it is looked up.
var book = func() phrasebook {
	b := make(phrasebook)
	for i, h := range lexicon {
		b.add(i, h.list, h.fits)
	}
	return b
}()
