import JSON
import Testing

@testable import ModelArchive

@Suite("Requests for models travel as text, and show no secrets")
struct ModelRequestTests {
    @Test func texts() {
        for request in [
            ModelRequest(), ModelRequest(file: "/models/a.tar.gz"), ModelRequest(file: "name", storage: "aws"),
            ModelRequest(server: ["url": "http://h/m", "token": "secret"]),
        ] {
            #expect(ModelRequest(text: request.text) == request)
        }
        #expect(ModelRequest(file: "/m").text == "/m")
        #expect(ModelRequest(text: String(ModelRequest(file: "n", storage: "aws").text.dropLast())) == nil)
    }

    @Test func summaries() {
        let request = ModelRequest(server: ["url": "http://h/m?token=secret", "token": "secret"])
        #expect(request.summary == "the model server at http://h/m")
    }
}
