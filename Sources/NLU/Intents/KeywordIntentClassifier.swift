import JSON
import ModelArchive
import TextFeatures

/// Takes the intent of the first keyword that the text contains (Rasa's `KeywordIntentClassifier`).
struct KeywordIntentClassifier: Component {
    private let ignoresCase: Bool
    private let keywords: [(keyword: Keyword, intent: String)]
    private let index: KeywordIndex

    init(_ context: inout LoadingContext) throws(LoadError) {
        let file = "KeywordIntentClassifier.json"
        let ignoresCase = !context.options.flag("case_sensitive", default: true)
        self.ignoresCase = ignoresCase
        let compile = context.pattern
        var keywords: [(Keyword, String)] = []
        for (text, intent) in try context.json(file, .map(.text))?.object ?? [:] {
            guard let intent = intent.string else { throw context.bad(file, "has a keyword without an intent's name") }
            keywords.append((try Keyword(text, ignoringCase: ignoresCase, compile: compile), intent))
        }
        self.keywords = keywords
        index = KeywordIndex(keywords.map(\.0))
    }

    func process(_ message: inout Message, using scratch: Scratch) {
        let text = message.text
        let folded = ignoresCase ? CaseFolding.folded(text) : text
        let found = index.candidates(in: folded).lazy.map { keywords[$0] }
            .first { $0.keyword.isFound(in: text, folded: folded, using: scratch.patterns) }
        if let found {
            message.intent = ScoredIntent(name: found.intent, confidence: 1)
        } else if message.intent == nil {
            message.intent = ScoredIntent(name: nil, confidence: 0)
        }
    }
}
