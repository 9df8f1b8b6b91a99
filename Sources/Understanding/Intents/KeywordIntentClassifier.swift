internal import JSON
internal import OrderedCollections

/// Takes the intent of the first keyword that the text contains (Rasa's `KeywordIntentClassifier`).
struct KeywordIntentClassifier: Component {
    private let ignoresCase: Bool
    private let keywords: [(keyword: Keyword, intent: String)]

    init(_ context: inout LoadingContext) throws(LoadError) {
        let file = "KeywordIntentClassifier.json"
        let ignoresCase = !context.options.flag("case_sensitive", default: true)
        self.ignoresCase = ignoresCase
        let compile = context.pattern
        var keywords: [(Keyword, String)] = []
        for (text, intent) in try context.json(file)?.object ?? [:] {
            guard let intent = intent.string else { throw context.bad(file, "has a keyword without an intent's name") }
            keywords.append((try Keyword(text, ignoringCase: ignoresCase, compile: compile), intent))
        }
        self.keywords = keywords
    }

    func process(_ message: inout Message, using scratch: Scratch) {
        let text = message.text
        let folded = ignoresCase ? CaseFolding.folded(text) : text
        let found = keywords.first { $0.keyword.isFound(in: text, folded: folded, using: scratch.patterns) }
        if let found {
            message.intent = ScoredIntent(name: found.intent, confidence: 1)
        } else if message.intent == nil {
            message.intent = ScoredIntent(name: nil, confidence: 0)
        }
    }
}
