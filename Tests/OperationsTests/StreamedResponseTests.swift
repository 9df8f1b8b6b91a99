import JSON
import NIOCore
import Testing
import WebClient

@testable import Operations

@Suite("Messages that stream, one in each line")
struct StreamedResponseTests {
    private func part(_ text: String) -> ResponsePiece { .part(ByteBuffer(string: text)) }

    @Test("come when their lines are whole, however they are cut")
    func lines() {
        var response = StreamedResponse()
        #expect(response.take(part("{\"text\": ")).isEmpty)
        #expect(!response.isSuccess)
        #expect(response.take(part("\"a\"}\n{\"text\": \"b\"}\n{\"te")) == [["text": "a"], ["text": "b"]])
        #expect(response.last == ["text": "b"] && response.rest == "{\"te")
        #expect(response.take(part("xt\": \"c\"}\n")) == [["text": "c"]])
        #expect(response.isSuccess && response.rest.isEmpty && response.last == ["text": "c"])
    }

    @Test("what is no message is ignored")
    func noise() {
        var response = StreamedResponse()
        #expect(response.take(part("\n\nnoise\n[1]\n")) == [[1]])
    }
}
