// Package deploy holds the checks of deployment descriptions, alone or joined
// with the code: manifests, images, variables, storage, processes.
//
// It refuses to fail on what a manifest does not say: where a dashboard may
// hold the answer, the finding is one level lower or a question.
//
// Invariant: a check keeps nothing between runs and changes nothing.
package deploy
