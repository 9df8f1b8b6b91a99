import ExactText
import OrderedCollections
import Testing

@testable import ExactText

@Suite("Texts are the same where their code points are")
struct ExactStringTests {
    /// `é` as one and as two code points, alef with madda, Tamil au, Hangul, Vietnamese, Telugu.
    static let pairs = [
        ("\u{E9}", "e\u{301}"), ("\u{622}", "\u{627}\u{653}"), ("\u{BCC}", "\u{BC6}\u{BD7}"),
        ("\u{AC00}", "\u{1100}\u{1161}"), ("\u{1EC7}", "e\u{323}\u{302}"), ("\u{C48}", "\u{C46}\u{C56}"),
        ("\u{212A}", "K"),
    ]

    @Test("which Swift's strings do not tell apart", arguments: pairs)
    func tellsApart(one: String, other: String) {
        #expect(one == other)
        #expect(one.exact != other.exact)
        #expect(Set([one.exact, other.exact]).count == 2)
        var table: [ExactString: Int] = [one.exact: 1]
        table[other] = 2
        #expect(table[one] == 1)
        #expect([one].contains(exact: one) && ![one].contains(exact: other))
        #expect([one, other].firstIndex(exact: other) == 1)
        var ordered: OrderedDictionary<ExactString, Int> = [one.exact: 1]
        ordered[other, default: 5] += 1
        #expect(ordered.values.elements == [1, 6])
    }

    @Test("however long they are and wherever their bytes lie")
    func equality() {
        for length in [0, 1, 7, 8, 15, 16, 17, 40, 1000] {
            let text = String(repeating: "x", count: length)
            #expect(text.exact == String(decoding: Array(text.utf8), as: UTF8.self).exact)
            #expect(text.exact.hashValue == String(decoding: Array(text.utf8), as: UTF8.self).exact.hashValue)
            #expect((text + "a").exact != (text + "b").exact)
            #expect((text + "a").exact < (text + "b").exact && text.exact < (text + "a").exact)
        }
        #expect(
            ["\u{FFFD}", "\u{1F600}", "z", "e\u{301}", "é"].sortedByCodePoints() == [
                "e\u{301}", "z", "é", "\u{FFFD}", "\u{1F600}",
            ])
    }

    @Test("are searched and cut without regard to what Swift takes for one character")
    func search() {
        let line = "a\r\nb"
        #expect(!line.contains("\n") && line.exact.contains("\n"))
        #expect(line.exact.split(separator: "\n") == ["a\r", "b"])
        #expect("/\u{301}x".exact.hasPrefix("/") && "x/\u{301}".exact.hasSuffix("\u{301}"))
        #expect("/\u{301}x".exact.removingPrefix("/").map { $0.exact } == "\u{301}x")
        #expect("x\u{301}".exact.removingSuffix("\u{301}") == "x" && "x".exact.removingSuffix("y") == nil)
        #expect("a--b--".exact.components(separatedBy: "--") == ["a", "b", ""])
        #expect("aaa".exact.components(separatedBy: "aa") == ["", "a"])
        #expect("a.\u{301}b".exact.replacing(".", with: "!").exact == "a!\u{301}b")
        #expect(
            "ababc".exact.contains(text: "abc") && !"abab".exact.contains(text: "abc") && "".exact.contains(text: ""))
        #expect(" \u{301} ".exact.trimming { $0 == " " }.exact == "\u{301}")
    }
}
