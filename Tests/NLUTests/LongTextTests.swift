import ModelArchive
import Offloading
import Synchronization
import TestSupport
import Testing

@testable import NLU
@testable import TextFeatures

/// Computes at once, and counts how often.
private final class CountingOffload: Offload {
    let runs = Atomic(0)

    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        runs.add(1, ordering: .relaxed)
        return try work()
    }

    func finish<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result { work() }

    func release(_ value: any Sendable) {}
}

@Suite("What may take long is understood elsewhere")
struct LongTextTests {
    @Test(arguments: [("book a flight", 0), (String(repeating: "word ", count: 200), 1), ("/greet", 0)])
    func whereTextsGo(_ text: String, _ runs: Int) async throws {
        let offload = CountingOffload()
        let interpreter = try Fixtures.tinyInterpreter()
        let result = try await interpreter.understand(text, offload: offload)
        #expect(offload.runs.load(ordering: .relaxed) == runs)
        #expect(result == (try interpreter.parse(text)))
    }

    @Test("The short form is read without the pipeline, however long it is")
    func shortForm() async throws {
        let offload = CountingOffload()
        let interpreter = try Fixtures.tinyInterpreter()
        guard let intent = try interpreter.parse("hello").intent.name else { return }
        let entities = (0..<1000).map { "\"k\($0)\": 1" }.joined(separator: ",")
        let result = try await interpreter.understand("/\(intent){\(entities)}", offload: offload)
        #expect(result.intent.name == intent)
        #expect(result.tokens == nil)
        #expect(offload.runs.load(ordering: .relaxed) == 0)
    }
}

@Suite("Patterns do not search for ever")
struct PatternEffortTests {
    private func found(_ pattern: String, _ text: String, _ scratch: PatternScratch = PatternScratch()) throws
        -> [String]
    {
        let text = MessageText(text)
        var found: [String] = []
        try Pattern(pattern).forEachMatch(in: text.bytes, using: scratch) { found.append(text.string($0.whole)) }
        return found
    }

    @Test("A long text is searched in parts, and everything is found", arguments: ["é", "a", "😀"])
    func parts(_ letter: String) throws {
        for lead in [0, 1, 1020, 1021, 1022, 1023, 1024, 1025, 2047, 2048, 3000] {
            let text = String(repeating: letter, count: lead) + "xyz" + String(repeating: letter, count: 2000) + "xyz"
            #expect(try found("xyz", text) == ["xyz", "xyz"], "\(lead)")
            #expect(try found("(?<=\(letter))xyz", text).count == (lead == 0 ? 1 : 2), "\(lead)")
        }
        #expect(try found(letter, String(repeating: letter, count: 5000)).count == 5000)
        #expect(try found("", String(repeating: letter, count: 3000)).count == 3001)
    }

    @Test("A first attempt ends at a match that costs too much, so that it can be done elsewhere")
    func attempt() throws {
        let scratch = PatternScratch()
        scratch.begin(.quick)
        // The last letter is there, so that the library has to look for the others.
        let text = String(repeating: "a", count: 100) + "bc"
        #expect(try found("(a+)+c", text, scratch).isEmpty)
        #expect(scratch.isExhausted)
        scratch.begin(.whole)
        #expect(try found("(a+)+c", text, scratch).isEmpty)
        #expect(!scratch.isExhausted)
        #expect(try found("a", "a", scratch) == ["a"])
    }

    @Test("Look-arounds that cost the square of a text's length end when their time is over")
    func lookArounds() throws {
        let scratch = PatternScratch()
        scratch.begin(PatternScratch.Effort(steps: 1_000_000, time: 1_000_000))
        let ahead = (0..<20).map { "(?=.*\($0))" }.joined()
        #expect(try found(ahead + "[ab]", String(repeating: "a", count: 50_000), scratch).isEmpty)
        #expect(scratch.isExhausted)
        // The next text has its own time.
        scratch.begin(.quick)
        #expect(try found("a", "a", scratch) == ["a"])
    }
}
