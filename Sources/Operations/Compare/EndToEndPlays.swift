import ExactText
import JSON

/// Tests in the form of `rasa test e2e`, which later versions of Rasa have: cases of steps with `user`.
enum EndToEndPlays {
    /// - Parameters:
    ///   - document: The content of a file.
    ///   - file: Its name, for people.
    /// - Returns: Nothing for a document of another kind.
    static func plays(_ document: JSON, file: String, limit: Int) -> [Play] {
        (document["test_cases"]?.array ?? []).prefix(max(0, limit)).compactMap { test in
            let texts = (test["steps"]?.array ?? []).compactMap { $0["user"]?.string }.filter { !$0.isEmpty }
            guard !texts.isEmpty else { return nil }
            return Play(
                kind: .test, name: "\(test["test_case"]?.string ?? "") (\(file))",
                requests: texts.map { .message($0) })
        }
    }
}
