import System
import Testing

@Suite("Texts of C")
struct CTextTests {
    @Test("What C writes ends at its zero")
    func buffers() {
        #expect(String(cBuffer: [72, 105, 0, 33]) == "Hi")
        #expect(String(cBuffer: [72, 105]) == "Hi")
        #expect(String(cBuffer: [0]) == "")
    }
}
