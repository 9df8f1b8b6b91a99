import Settings
import Testing

@Suite("A slip of the pen is answered by what was meant")
struct SuggestionTests {
    @Test func distances() {
        #expect(Suggestion.distance("", "") == 0)
        #expect(Suggestion.distance("", "abc") == 3)
        #expect(Suggestion.distance("port", "prot") == 1)
        #expect(Suggestion.distance("kitten", "sitting") == 3)
    }

    @Test func nearest() {
        let flags = ["--model", "--port", "--endpoints", "--credentials", "--cors"]
        #expect(Suggestion.nearest(to: "--modle", in: flags) == "--model")
        #expect(Suggestion.nearest(to: "--endpoint", in: flags) == "--endpoints")
        #expect(Suggestion.nearest(to: "--Credential", in: flags) == "--credentials")
        #expect(Suggestion.nearest(to: "--frobnicate", in: flags) == nil)
        #expect(Suggestion.nearest(to: "", in: flags) == nil)
        #expect(Suggestion.nearest(to: "x", in: ["y"]) == nil)
    }
}
