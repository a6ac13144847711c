package chat

// The words by which titles are made. Where one phrase begins with another, the
// longer comes first.
var (
	greetings = []string{
		"good morning", "good afternoon", "good evening", "hi there", "hello there", "hi all", "hello all", "hi everyone", "hello everyone",
		"dear all", "hi", "hello", "hey", "thank you very much", "thank you", "thanks in advance", "thanks", "please", "ok", "okay", "so", "well", "now",
		"guten morgen", "guten tag", "guten abend", "hallo zusammen", "hallo", "moin", "servus", "danke", "bitte",
		"bonjour", "bonsoir", "salut", "merci", "s'il vous plaît", "buenos días", "buenas tardes", "hola", "gracias", "por favor",
		"buongiorno", "buonasera", "ciao", "grazie", "per favore", "olá", "bom dia", "boa tarde", "obrigado", "obrigada", "hej", "goedemorgen", "goedemiddag",
		"cześć", "dzień dobry", "dziękuję", "привет", "здравствуйте", "добрый день", "спасибо", "merhaba", "こんにちは", "你好", "您好", "안녕하세요",
	}
	requests = []string{
		"can you please", "could you please", "would you please", "can you", "could you", "would you", "will you",
		"i would like you to", "i'd like you to", "i want you to", "i need you to", "i would like to", "i'd like to", "i want to", "i need to", "we want to", "we need to", "we would like to", "we'd like to",
		"please help me to", "please help me", "help me to", "help me", "help us to", "help us", "let us", "let's", "please",
	}
	asking = []string{
		"what do you know about", "what do the documents say about", "what does the document say about", "what do you think about", "what can you tell me about", "what about",
		"what is known about", "what is meant by", "what exactly is", "what exactly are", "what is", "what's", "what are", "what was", "what were", "who is", "who are", "which are", "which is",
		"is there", "are there", "do we have", "i have a question about", "i have some questions about", "a question about", "question about", "questions about",
		"i need", "we need", "i want", "we want", "i have", "we have", "here is", "here are", "this is", "these are", "about",
	}
	// commands are verbs that ask for a thing, and the noun that stands for them.
	commands = []struct{ verb, noun string }{
		{"summarise", "Summary of"}, {"summarize", "Summary of"}, {"sum up", "Summary of"}, {"compare", "Comparison of"}, {"review", "Review of"},
		{"analyse", "Analysis of"}, {"analyze", "Analysis of"}, {"estimate", "Estimate of"}, {"translate", "Translation of"}, {"check", "Check of"},
		{"tell me about", ""}, {"tell us about", ""}, {"talk about", ""}, {"discuss", ""}, {"explain", ""}, {"describe", ""}, {"define", ""}, {"clarify", ""},
		{"write down", ""}, {"write", ""}, {"draft", ""}, {"create", ""}, {"make", ""}, {"generate", ""}, {"produce", ""}, {"prepare", ""},
		{"list all", ""}, {"list", ""}, {"show", ""}, {"give", ""}, {"find out about", ""}, {"find out", ""}, {"find", ""}, {"extract", ""}, {"collect", ""}, {"propose", ""}, {"suggest", ""},
	}
	articles = []string{"the", "a", "an", "some", "any", "all the", "our", "my"}
	// clauseMarks stand before another thought.
	clauseMarks = []string{", and who", ", and what", ", and when", ", and how", ", and why", ", and where", ", and which", ", but", ", because", ", since", ", so ", ", which", ", who", ", where", ", if ",
		" – ", " — ", " - ", "; ", ", aber", ", weil", ", mais", ", pero", "，", "；"}
	// joints are words before which a phrase can end.
	joints = []string{"for", "with", "in", "of", "on", "at", "from", "to", "by", "that", "which", "and", "or", "when", "if", "where", "because", "during", "after", "before", "between", "without",
		"für", "mit", "von", "bei", "und", "oder", "wenn", "pour", "avec", "dans", "et", "ou", "para", "con", "en", "y", "o", "de", "per", "di", "e"}
)
