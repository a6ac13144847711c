package main

// published are the figures that others state for the same or the nearest task,
// as the READMEs of the data quote them. Their splits differ, as said.
type published struct{ who, data, figure string }

var publishedDocuments = []published{
	{"none found", "documents to requirements, end to end", ""},
	{"Abualhaija et al., EMSE 2020 (trained)", "requirement or not in 33 industrial specifications, not public", "precision 0.812, recall 0.957, F1 0.879"},
}

var publishedSentences = []published{
	{"everything is a requirement", "these sentences", "precision 0.50, recall 1.00, F1 0.664, macro F1 0.33"},
	{"contains \"shall\" or \"must\"", "these sentences", "precision 0.94, recall 0.61, F1 0.738, macro F1 0.78"},
	{"logistic regression over words and letters", "these sentences, whole documents left out", "precision 0.79, recall 0.76, F1 0.775, macro F1 0.78"},
	{"Ivanov et al. 2021, BERT (trained)", "the published test documents, which are not in this part", "F1 0.86"},
	{"Wang et al. 2024, RoBERTa few-shot", "PURE and Dronology, documents mixed", "macro F1 0.762"},
	{"Wang et al. 2024, DeBERTa (trained)", "PURE and Dronology, documents mixed", "macro F1 0.913"},
}

var publishedClasses = []published{
	{"logistic regression over words and letters", "these 401, whole projects left out", "functional 0.37, other 0.76, macro F1 0.57; relabelled functional 0.63, quality 0.80"},
	{"NoRBERT 2020, BERT (trained)", "all of PROMISE, projects left out", "functional 0.90, other 0.93; about 5 points less by its authors' correction"},
	{"Zadenoori et al. 2026, prompted models", "all of PROMISE", "functional or not 0.85 (large), 0.83 (8B)"},
	{"the same", "all of PROMISE, relabelled", "best functional 0.86, best quality 0.82"},
}
