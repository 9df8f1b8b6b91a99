import Testing

@testable import JSON

@Suite("JSON for people to read")
struct IndentedTests {
    @Test("a line for each element and member, as json.dumps with indent 2")
    func lines() {
        let json: JSON = ["a": [1, ["b": .null]], "c": [], "d": [:], "e": "ü\n"]
        let text = """
            {
              "a": [
                1,
                {
                  "b": null
                }
              ],
              "c": [],
              "d": {},
              "e": "ü\\n"
            }

            """
        #expect(String(decoding: json.indented, as: UTF8.self) == text)
    }
}
