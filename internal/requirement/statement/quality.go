package statement

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// characteristic is how the words of a statement point to a characteristic of
// ISO/IEC 25010: firm cues decide alone, hints together.
type characteristic struct {
	quality  ba.Quality
	firm     phrases
	hints    phrases
	titles   phrases // in the heading above
	measures []func([]word) bool
}

var characteristics = []characteristic{
	{
		quality: ba.QualitySecurity,
		firm: phrasesOf(`security, secure, secured, securely, unauthorized, unauthorised, authorized, authorised, authenticat*, encrypt*, cryptograph*, decrypt*, password*, hash*, privacy,
			confidential*, integrity of, data integrity, virus*, malware, malicious, attack*, threats, intrusion, hacker*, ssl, tls, https, firewall*, audit trail, access control*, access rights, access right,
			permission*, privilege*, credential*, tamper*, anonymous*, only people, login id, user id, user ids, logged in, log in, authorization, certificate*, cookies, two-factor,
			sensitive information, sensitive data, personal information, non-repudiation, backup, backups, session timeout, injection, sanitiz*, vulnerab*, multi-factor, two factor, lockout, locked out, brute force, captcha, fraud*, inactivity, trusted, audit log, audit logs, denial of service, safe from, protect the data, protected from, protect against`),
		hints:  phrasesOf(`access, only, login, username, user name, logon, protect*, role, roles, restrict*, valid, verify, prevent*, identity, identif*, pin, account, corrupt*, harm`),
		titles: phrasesOf(`security, privacy, authentication, authorization`),
	},
	{
		quality: ba.QualityPerformance,
		firm: phrasesOf(`response time, response times, respond fast, throughput, latency, performance, simultaneous*, concurrent*, scalab*, peak, load balancing, per second, per hour,
			bandwidth, fast, faster, quickly, capacity, buffering, multi-threading, memory usage, cpu usage, processing time, high volume, high volumes, efficien*, resource usage, resource utilization,
			real time, real-time, speed, at the same time, timely, mbps, kbps, disk space, load time, loading time, load times, lag, delay, delays, frames per second, refresh rate, response to, peak load, workload`),
		hints:    phrasesOf(`within, under, no longer than, seconds, second, minutes, milliseconds, ms, maximum, transactions, users, requests, handle, support a minimum, support a maximum, minimum of, up to, expected to, capable of`),
		titles:   phrasesOf(`performance, capacity, scalability, efficiency, timing, response times, response time`),
		measures: []func([]word) bool{hasTimeLimit, hasVolume},
	},
	{
		quality: ba.QualityReliability,
		firm: phrasesOf(`available 24, hours per day, hours a day, 24x7, 24/7, uptime, up time, up-time, downtime, down time, availability, reliab*, fault tolerance, fault-tolerant, fault avoidance, robust*, recoverab*, recovery, recover from, failover, fail-over, redundan*,
			mean time, mtbf, mttr, crash, crashes, continue to operate, continue operating, system failure, power loss, outage*, without interruption, disaster, degraded, be available for use, be available during,
			be available between, any time, all times, available at all, graceful*, resilien*, stable, stability, data loss, loss of data, lost data, error rate, fail-safe, failsafe, stay up, without failure, without failing, restore itself, business hours, malfunction*`),
		hints:    phrasesOf(`available, failure*, fail, fails, error*, restart*, backup*, restore*, goes down, interruption*, loss, maintain, operate, integrity, support`),
		titles:   phrasesOf(`reliability, availability, recovery, fault tolerance, robustness, continuity`),
		measures: []func([]word) bool{hasNines},
	},
	{
		quality: ba.QualityUsability,
		firm: phrasesOf(`easy to use, ease of use, easy to learn, easy to understand, easily understand*, user friendly, user-friendly, intuitive*, usab*, look and feel, look & feel, appearance, appeal*, attractive*,
			self-explanatory, learnab*, training, novice*, accessib*, disabilit*, disabled users, handicap*, consistent with, readable, legible, understandable, understand, clicks, click, color, colors, colour, colours,
			font, fonts, layout, language support, multi language, multilingual, languages, locale, conventions, style guide, style, branding, logo, help text, online help, context-sensitive, tooltips,
			users surveyed, survey respondents, satisf*, comfortable*, professional, navigat*, uniform look, user experience, ergonomic*, offend, learn how, easy to remember, memorab*, simple to use, simplicity, straightforward, screen reader, screen readers, dark mode, localiz*, localis*, internationali*, translated into, tooltip, enjoy*, fun to, modern look, pleasant, feedback, at ease,
			user manual, visually, screen size, wcag, aesthetic*`),
		hints:    phrasesOf(`easy, easily, simple, clear, clearly, new users, successfully, screen, page, pages, format, image, images, symbols, words, design, display, menu, novice, users will, similar, graphical, gui, toolbars, keyboard, mouse`),
		titles:   phrasesOf(`usability, look and feel, appearance, accessibility, ergonomics`),
		measures: []func([]word) bool{hasUserShare},
	},
	{
		quality: ba.QualityMaintainability,
		firm: phrasesOf(`maintainab*, maintenance, modular*, extensib*, extend, easily updat*, upgrade*, upgradab*, testab*, reusab*, source code, coding, design patterns, best practices, documented code, well documented,
			configurable, new release, releases, release, updated on a regular, new technology, debug*, code documentation, documentation of the code, easy to extend, analyzab*, technical debt, refactor*, modifiab*, unit test, unit tests, plug-in*, plugin*, new features, add features, future changes, future enhancements, well-documented, without changing, without altering, lifecycle, code is, code should`),
		hints:  phrasesOf(`update, updates, updated, changes, change, documentation, new functionality, new functions, integrate, enhancement*, developers, version*, future, easily, test, tests`),
		titles: phrasesOf(`maintainability, maintenance, supportability, extensibility, modifiability`),
	},
	{
		quality: ba.QualityPortability,
		firm: phrasesOf(`portability, portable to, be portable, platform independent, platform-independent, any platform, every platform, any operating system, all major browsers, major web browsers, installab*, easy to install, adaptab*, different platforms,
			multiple platforms, cross-platform, any os, various environments, any browser, variety of environments, ported, other platforms, various platforms, mobile and desktop`),
		hints:  phrasesOf(`install*, platform*, operating system*, environment*, os, browser*, ios, android, windows, linux`),
		titles: phrasesOf(`portability, installation, adaptability`),
	},
	{
		quality: ba.QualityCompatibility,
		firm:    phrasesOf(`interoperab*, compatib*, coexist*, co-exist*, backward compatible, interoperat*, share resources, run alongside, side by side with`),
		hints:   phrasesOf(`integrate, integrat*, exchange, standards, standard, other systems`),
		titles:  phrasesOf(`compatibility, interoperability`),
	},
}

var (
	interfaces = phrasesOf(`interface with, interfaces with, interface to, interface between, api, apis, web service, web services, communicate with, communicates with, protocol*, integrate with, integrated with, integrates with,
		exchange data with, exchange messages with, connected to, connect to the, external interface, xml interface, rest interface, soap, hl7, edi`)
	obeys       = phrasesOf(`comply, complies, compliance, compliant, regulation*, law, laws, legal*, licens*, conform, conforms, according to the standard, statut*, gdpr, hipaa, iso`)
	constraints = phrasesOf(`in accordance with, policy, policies, be developed in, be developed using, be developed with, be written in, be implemented in, be implemented using, be built on, be built with, be based on, programming language, be hosted, existing hardware, currently owned, third party, third-party,
		budget, deadline, be deployed on, run on, runs on, operate on, work on, database management system, database management systems, royalt*, be purchased, off-the-shelf, operating environment, physical environment, temperature, humidity,
		web browser, via the internet, over the internet, from the web, operate within, be used within, run from, be installed, minimum software`)
	platforms = phrasesOf(`windows, linux, unix, macos, solaris, ios, android, oracle, mysql, sql server, postgresql, db2, java, j2ee, j2se, .net, php, python, apache, tomcat, internet explorer, firefox, chrome, netscape,
		operating system, browser, browsers, server software, hardware, media player, dbms, rdbms, tablet, desktop, mainframe`)
	businessRules = phrasesOf(`eligible, is charged, are charged, be charged, late fee*, fee, fees, interest rate, tax, taxes, discount*, at most once, no more than one, may not exceed, only if, entitled, per customer, per member, penalt*, refund*`)
)

var timeUnits = setOf(`second seconds sec secs s ms millisecond milliseconds minute minutes min mins hour hours`)

var limits = phrasesOf(`within, under, less than, no longer than, no more than, not exceed, at most, maximum of, in under, not take longer than, not take more than, longer than, not be more than, maximum response, every, faster than, up to, below, fewer than, in at most, max, more than`)

// hasTimeLimit reports "within 5 seconds" and "shall take no longer than a minute".
func hasTimeLimit(words []word) bool {
	at := limits.find(words)
	if at < 0 {
		return false
	}
	for _, w := range words[at:min(len(words), at+12)] {
		if timeUnits[w.s] {
			return true
		}
	}
	return false
}

var crowds = setOf(`users connections requests transactions customers sessions clients records items streams calls messages nodes documents`)

// hasVolume reports a number of users, requests or records that are to be borne:
// "support 1,000 users".
func hasVolume(words []word) bool {
	bears := bearing.find(words)
	if bears < 0 {
		return false
	}
	for i := bears + 1; i < len(words)-1; i++ {
		if words[i].s[0] >= '0' && words[i].s[0] <= '9' {
			for _, w := range words[i+1 : min(len(words), i+5)] {
				if crowds[w.s] {
					return true
				}
			}
		}
	}
	return false
}

var bearing = phrasesOf(`support, supporting, handle, handling, process, processing, cater, accommodate, serve, manage a minimum, sustain, minimum of, maximum of`)

// hasNines reports an availability: "99.5 %", "98% of the time".
func hasNines(words []word) bool {
	for i := 0; i+1 < len(words); i++ {
		if words[i+1].s == "%" && (strings.HasPrefix(words[i].s, "99") || i+4 < len(words) && words[i+2].s == "of" && words[i+4].s == "time") {
			return true
		}
	}
	return false
}

// hasUserShare reports "90% of users" and "nine out of ten users".
func hasUserShare(words []word) bool {
	for i := 0; i+2 < len(words); i++ {
		if words[i].s == "%" && words[i+1].s == "of" || words[i].s == "out" && words[i+1].s == "of" {
			for _, w := range words[i+2 : min(len(words), i+6)] {
				if users[w.s] || w.s == "viewers" || w.s == "respondents" {
					return true
				}
			}
		}
	}
	return false
}
