import Testing

@testable import HTTPServer

@Suite("The router")
struct RouterTests {
    private let router: Router

    init() {
        func route(_ method: HTTPMethod, _ path: String, _ others: Route.OtherMethods = .notAllowed) -> Route {
            Route(method, path, otherMethods: others, handler: .atOnce { _ in .text(path) })
        }
        router = Router([
            route(.get, "/"), route(.get, "/version"), route(.put, "/model"), route(.delete, "/model"),
            route(.get, "/webhooks/rest/"), route(.get, "/conversations/{id}/tracker"),
            route(.post, "/conversations/{id}/tracker/events", .notFound),
            route(.put, "/conversations/{id}/tracker/events", .notFound), route(.get, "/conversations/{id}/story"),
        ])
    }

    private func found(_ method: HTTPMethod, _ path: String) -> String {
        switch router.match(method, path[...]) {
        case .route(let route, let parameter): parameter.isEmpty ? route.path : "\(route.path) \(parameter)"
        case .wrongMethod(let allowed): "405 \(allowed)"
        case .nothing: "404"
        }
    }

    @Test(
        "takes slashes at the end for nothing, and cases and inner slashes literally",
        arguments: [
            ("/", "/"), ("/version", "/version"), ("/version/", "/version"), ("//version", "404"),
            ("/version//", "/version"), ("//", "/"), ("/version/é//", "404"), ("/VERSION", "404"),
            ("/webhooks/rest", "/webhooks/rest/"),
            ("/webhooks/rest/", "/webhooks/rest/"), ("/model", "405 DELETE, PUT"),
        ])
    func literal(path: String, expected: String) {
        #expect(found(.get, path) == expected)
    }

    @Test(
        "takes anything for an id",
        arguments: [
            ("/conversations/a/tracker", "/conversations/{id}/tracker a"),
            ("/conversations//tracker", "/conversations/{id}/tracker"),
            ("/conversations/a/b/tracker/", "/conversations/{id}/tracker a/b"),
            ("/conversations/é//tracker//", "/conversations/{id}/tracker é/"),
            ("/conversations/a%2Fb/story", "/conversations/{id}/story a%2Fb"),
            ("/conversations/tracker/tracker", "/conversations/{id}/tracker tracker"),
            ("/conversations/x/tracker/events/tracker", "/conversations/{id}/tracker x/tracker/events"),
            ("/conversations/a/tracker/events", "404"), ("/conversations/tracker", "404"), ("/conversations", "404"),
            ("/conversations/a", "404"), ("/conversations/a/nope", "404"),
        ])
    func open(path: String, expected: String) {
        #expect(found(.get, path) == expected)
    }

    @Test("answers HEAD as GET, and knows the methods of a path")
    func methods() {
        #expect(found(.head, "/version") == "/version")
        #expect(found(HTTPMethod(rawValue: "BREW"), "/version") == "405 GET")
        #expect(found(.post, "/conversations/a/tracker/events") == "/conversations/{id}/tracker/events a")
        #expect(found(.post, "/conversations/a/tracker") == "405 GET")
        #expect(found(.delete, "/conversations/a/tracker/events") == "404")
    }
}
