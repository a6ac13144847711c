// Package question holds what no program can decide: questions to a person,
// each with the reason why it is asked and the hint that the repository gives.
//
// It refuses to answer for the person: an answer counts when it stands in the
// configuration file with a date.
package question
