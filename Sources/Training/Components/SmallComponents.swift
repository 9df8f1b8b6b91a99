import Dialogue
import ExactText
import JSON
import OrderedCollections
import PythonSemantics
import TextFeatures

/// Regular expressions and lookup tables as named patterns.
enum Expressions {
    static func collect(
        _ data: UnderstandingData, _ config: JSONObject, onlyEntities: Bool = false
    ) throws(TrainingError) -> JSON {
        let options = ComponentOptions(node: "", values: config)
        let entities = onlyEntities ? data.entities : []
        var patterns: [JSON] = []
        if options.flag("use_regexes", default: true) {
            for (name, pattern) in data.expressions where !onlyEntities || entities.contains(name) {
                try check(name, pattern)
                patterns.append(["name": .string(name), "pattern": .string(pattern)])
            }
        }
        if options.flag("use_lookup_tables", default: true) {
            let boundary = options.flag("use_word_boundaries", default: true) ? "\\b" : ""
            for table in data.lookupTables where !onlyEntities || entities.contains(table.name) {
                let words = table.elements.map { boundary + escaped($0) + boundary }.joined(separator: "|")
                patterns.append(["name": .string(table.name), "pattern": .string("(\(words))")])
            }
        }
        return .array(patterns)
    }

    /// The patterns of an earlier model in their places, with the new ones behind them; of one name the new one counts.
    static func merged(_ earlier: JSON, _ new: JSON) -> JSON {
        guard var patterns = earlier.array else { return new }
        for pattern in new.array ?? [] {
            if let place = patterns.firstIndex(where: { $0["name"] == pattern["name"] }) {
                patterns[place] = pattern
            } else {
                patterns.append(pattern)
            }
        }
        return .array(patterns)
    }

    private static func check(_ name: String, _ expression: String) throws(TrainingError) {
        do throws(PatternError) {
            _ = try Pattern(expression)
        } catch {
            throw TrainingError(.badData, "regex '\(name)': \(error)")
        }
    }

    /// A text as an expression that matches it, as Python's `re.escape` writes it.
    private static func escaped(_ text: String) -> String {
        let special = Set("()[]{}?*+-|^$\\.&~# \t\n\r\u{B}\u{C}".unicodeScalars)
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if special.contains(scalar) { escaped.append("\\") }
            escaped.append(scalar)
        }
        return String(escaped)
    }
}

/// Texts that stand for other ones.
enum Synonyms {
    static func collect(_ data: UnderstandingData) -> JSONObject {
        var synonyms: JSONObject = [:]
        func add(_ surface: String, _ value: String) {
            if surface.exact != value.exact { synonyms[pythonLowercased(surface)] = .string(value) }
            // So that the value itself is known however it is written.
            let lowercased = pythonLowercased(value)
            if synonyms[lowercased] == nil { synonyms[lowercased] = .string(value) }
        }
        for (surface, value) in data.synonyms { add(surface.string, value) }
        for example in data.completeExamples {
            for annotation in example.entities {
                add(example.surface(of: annotation), annotation.value.pythonText)
            }
        }
        return synonyms
    }

    private static func pythonLowercased(_ text: String) -> String { TrainingTokenizer.lowercased(text) }
}

/// Texts that tell an intent by themselves.
enum Keywords {
    static func collect(
        _ examples: some Sequence<Example>, _ config: JSONObject, _ warnings: inout [TrainingWarning]
    ) throws(TrainingError) -> JSON {
        var keywords: OrderedDictionary<ExactString, String> = [:]
        var removed: Set<ExactString> = []
        for example in examples {
            guard let intent = example.intent else { continue }
            if let known = keywords[example.text], known.exact != intent.exact {
                removed.insert(example.text)
                warnings.append(
                    TrainingWarning(
                        "'\(example.text)' is an example of '\(known)' and of '\(intent)'; "
                            + "it is a keyword of neither"))
            } else {
                keywords[example.text] = intent
            }
        }
        for text in removed { keywords[text] = nil }
        let isSensitive = ComponentOptions(node: "", values: config).flag("case_sensitive", default: true)
        for (keyword, intent, other) in try ambiguous(keywords, ignoresCase: !isSensitive)
        where keywords.removeValue(forKey: keyword) != nil {
            warnings.append(
                TrainingWarning(
                    "'\(keyword)' of '\(intent)' is a part of '\(other)', an example of another intent; "
                        + "it is not a keyword"))
        }
        return .object(JSONObject(keywords.mapValues(JSON.string)))
    }

    /// Keywords that are found in keywords of other intents.
    private static func ambiguous(
        _ keywords: OrderedDictionary<ExactString, String>, ignoresCase: Bool
    ) throws(TrainingError) -> [(keyword: String, intent: String, other: String)] {
        let scratch = PatternScratch()
        let texts = keywords.map { (bytes: Array($0.key.utf8), intent: $0.value, text: $0.key) }
        var found: [(String, String, String)] = []
        for (keyword, intent) in keywords {
            let pattern: Pattern
            do throws(PatternError) {
                pattern = try Pattern("\\b\(keyword)\\b", ignoringCase: ignoresCase)
            } catch {
                throw TrainingError(
                    .badData,
                    "the example '\(keyword)' of '\(intent)' is not a regular expression, as which KeywordIntentClassifier "
                        + "uses it: \(error)")
            }
            let other = texts.first { text in
                guard text.intent.exact != intent.exact else { return false }
                scratch.begin(.training)
                return pattern.isFound(in: text.bytes, using: scratch)
            }
            if let other { found.append((keyword.string, intent, other.text.string)) }
        }
        return found
    }
}
