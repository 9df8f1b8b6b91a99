import Testing

@testable import HTTPServer

@Suite("A request's target")
struct QueryTests {
    @Test(
        "gives the first value that is not empty, decoded as a form",
        arguments: [
            ("token=a", "a"), ("token=a&token=b", "a"), ("token=&token=b", "b"), ("x=1&token=%733same", "s3same"),
            ("token=a+b%20c", "a b c"), ("t%6Fken=a", "a"), ("token=a=b", "a=b"), ("token=%", "%"),
            ("token=%zz%4", "%zz%4"), ("token=a;b", "a;b"), ("token=%E4%BD%A0", "你"),
        ])
    func values(query: String, value: String) {
        #expect(Query(query[...]).first("token") == value)
    }

    @Test("finds nothing where there is nothing", arguments: ["", "token", "token=", "Token=a", "x=token", "&&=&"])
    func missing(query: String) {
        #expect(Query(query[...]).first("token") == nil)
    }

    @Test(
        "is split into path and query",
        arguments: [
            ("/", "/", ""), ("/a/b?x=1", "/a/b", "x=1"), ("/a?", "/a", ""), ("/a#b?c", "/a", ""), ("?x=1", "/", "x=1"),
            ("/a?x#y", "/a", "x"), ("http://host:5005/a?b", "/a", "b"), ("http://host", "/", ""), ("*", "*", ""),
            ("/k%C3%A4se//x", "/k%C3%A4se//x", ""), ("/a?u=http://b/c", "/a", "u=http://b/c"),
        ])
    func targets(target: String, path: String, query: String) {
        let request = HTTPRequest(method: .get, target: target)
        #expect(request.path == path)
        #expect(request.query.raw == query)
    }
}
