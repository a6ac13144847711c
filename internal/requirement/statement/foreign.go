package statement

// elsewhere are verbs of obligation that no other language here shares.
var elsewhere = phrasesOf(`muss, müssen, soll, sollen, sollte, sollten, darf nicht, dürfen nicht, dürfen nur, darf nur, hat zu, haben zu, ist zu, sind zu,
	doit, doivent, devra, devront, devrait, devraient, il faut, est tenu de, sont tenus de,
	debe, deben, deberá, deberán, debería, deberían, tiene que, tienen que,
	должен, должна, должно, должны, обязан, обязана, обязано, обязаны, необходимо, следует, не допускается, запрещается, требуется`)

// verifies ask for a check in another language.
var verifies = phrasesOf(`убедитесь, проверьте, stellen sie sicher, prüfen sie, überprüfen sie, vérifiez que, vérifier que, s'assurer que, assurez-vous que, verificar que, verifique que, compruebe que, asegúrese de que`)

// obligesElsewhere reports a verb of obligation in another language.
func obligesElsewhere(words []word) bool { return elsewhere.in(words) }
