import Encodings
import PythonSemantics
import Testing

@Suite("Numbers in texts are those of Python")
struct PythonNumberTests {
    @Test(
        arguments: [
            ("105", 105), (" 1e2\n", 100), ("1_05", 105), ("+.5", 0.5), ("5.", 5), ("１０５", 105),
            ("-Infinity", -.infinity),
            ("", nil), ("1__05", nil), ("_1", nil), ("1_", nil), ("1_.5", nil), ("0x69", nil), ("1 5", nil),
            ("105\0", nil), ("105,5", nil), ("infinit", nil), ("1e", nil),
        ] as [(String, Double?)])
    func floats(text: String, number: Double?) {
        #expect(PythonNumber.float(text) == number)
    }

    @Test("No number is none")
    func noNumber() {
        #expect(PythonNumber.float(" NaN")?.isNaN == true)
    }

    @Test(
        arguments: [
            ("42", 42), (" -4_2\n", -42), ("\u{664}2", 42), ("+0", 0), ("4.2", nil), ("1e2", nil), ("4__2", nil),
            ("_4", nil), ("4_", nil), ("-_4", nil), ("+-4", nil), ("0x10", nil), ("", nil), ("-", nil), ("4 2", nil),
            ("\u{2460}", nil), (String(repeating: "9", count: 400), nil),
        ] as [(String, Double?)])
    func integers(text: String, number: Double?) {
        #expect(PythonNumber.integer(text) == number)
    }
}
