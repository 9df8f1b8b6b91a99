import Testing

@testable import WebClient

@Suite("Content-Type is read as Rasa's client reads it")
struct ContentTypeTests {
    @Test(arguments: [
        ("application/json", true), (" Application/JSON ; charset=utf-8", true), ("application/problem+json", true),
        ("application/json-patch", true), ("application/x+json+x", true), ("text/json", false),
        ("application/x-json", false), ("json", false), ("", false),
    ])
    func kinds(text: String, isJSON: Bool) { #expect(ContentType(text).isJSON == isJSON) }

    @Test(
        arguments: [
            ("text/html", nil), ("text/html; charset=UTF-8", "utf-8"), ("text/html;CharSet = \"latin-1\"", "latin-1"),
            ("a/b; x=y; charset=one; charset=two", "one"), ("a/b; charset", nil), ("a/b; charset=", nil),
            ("a/b; my-charset=x", nil),
        ] as [(String, String?)])
    func charsets(text: String, charset: String?) { #expect(ContentType(text).charset == charset) }
}
