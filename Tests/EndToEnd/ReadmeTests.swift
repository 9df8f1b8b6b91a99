import EndToEndSupport
import Foundation
import TestSupport
import Testing

@Suite("README.md", .ownThread)
struct ReadmeTests {
    /// The address at which the quickstart serves the demo assistant.
    private static let quickstart = "http://127.0.0.1:5005"

    /// Commands that ask the quickstart's server, with continued lines joined.
    private static let examples: [String] = {
        let texts = ["README.md", "deploy/quickstart"].compactMap { name in
            try? String(contentsOfFile: "\(Fixtures.checkout)/\(name)", encoding: .utf8)
        }
        return texts.flatMap { text -> [String] in
            text.replacing("\\\n", with: " ").replacing("http://127.0.0.1:$port", with: quickstart)
                .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { $0.hasPrefix("curl ") && $0.contains(quickstart) }
        }
    }()

    @Test("holds examples, and each of them succeeds against the demo assistant")
    func examples() throws {
        #expect(Self.examples.count >= 4)
        let server = try ParleyServer()
        for example in Self.examples {
            let command = example.replacing(Self.quickstart, with: "http://127.0.0.1:\(server.port)")
                .replacing("curl ", with: "curl --fail-with-body -sS ", maxReplacements: 1)
            let shell = try RunningProcess("/bin/sh", ["-c", command])
            let ending = try shell.ending()
            #expect(ending.status == 0, "\(example): \(ending.lines)")
            let text = ending.lines.joined(separator: "\n")
            #expect(!text.isEmpty && text != "[]", "\(example)")
        }
    }
}
