import Testing

@testable import Operations

@Suite("Names from files do not command the terminal")
struct VisibleTextTests {
    @Test(arguments: [
        ("the intent 'a\u{1B}[31mb' has no examples", #"the intent 'a\x1b[31mb' has no examples"#),
        ("bell \u{7} delete \u{7F} next \u{85}\r", #"bell \x07 delete \x7f next \x85\x0d"#),
        ("two\n- lines\tand é 👍🏽", "two\n- lines\tand é 👍🏽"),
    ])
    func visible(_ text: String, _ wanted: String) {
        #expect(Array(text.visible.unicodeScalars) == Array(wanted.unicodeScalars))
    }
}
