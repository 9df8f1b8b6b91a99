import Foundation
import JSON
import Synchronization
import Testing

@Suite("PUT and DELETE /model reach the whole server")
struct ModelSwapTests {
    private static let counter = ParleyServer.checkout.appendingPathComponent(
        "Tests/EndToEnd/Fixtures/counter.tar.gz"
    ).path

    private func put(_ path: String) -> String { JSON.object(["model_file": .string(path)]).text() }

    @Test("Under load no request fails, and after the answer none is answered by the old model")
    func load() throws {
        let server = try ParleyServer(workers: 2, redis: try RedisServer())
        let isOver = Mutex(false)
        let failures = Mutex<[String]>([])
        let group = DispatchGroup()
        for number in 0..<8 {
            let thread = Thread {
                defer { group.leave() }
                guard let connection = try? HTTPConnection(port: server.port) else { return }
                while !isOver.withLock({ $0 }) {
                    do {
                        try connection.request(
                            "POST", "/webhooks/rest/webhook", #"{"sender": "s\#(number)", "message": "hello"}"#)
                        let answer = try connection.answer()
                        if answer.status != 200 { failures.withLock { $0.append(answer.text) } }
                    } catch {
                        failures.withLock { $0.append("\(error)") }
                        return
                    }
                }
            }
            group.enter()
            thread.start()
        }
        for round in 0..<6 {
            let path = round % 2 == 0 ? Self.counter : ParleyServer.demo
            #expect(try server.call("PUT", "/model", put(path)).status == 204)
            for _ in 0..<8 {
                // Each call is a connection of its own, which either worker may take.
                let status = try server.call("GET", "/status").json
                #expect(status?["model_file"]?.string == (path as NSString).lastPathComponent)
            }
        }
        isOver.withLock { $0 = true }
        group.wait()
        #expect(failures.withLock { $0 } == [])
    }

    @Test("What cannot be served is refused, and the old model stays; without a model there is an answer too")
    func refusal() throws {
        let server = try ParleyServer(workers: 2, redis: try RedisServer())
        let broken = server.folder.appendingPathComponent("broken.tar.gz")
        try Data("no archive".utf8).write(to: broken)
        for path in [broken.path, "missing.tar.gz", ""] {
            let answer = try server.call("PUT", "/model", put(path))
            #expect(answer.status == 400)
            #expect(answer.json?["details"] == ["parameter": "model", "in": "query"])
        }
        #expect(try server.call("GET", "/status").json?["model_file"] == "tea-house.tar.gz")
        #expect(try server.call("DELETE", "/model").status == 204)
        for _ in 0..<8 { #expect(try server.call("GET", "/status").status == 409) }
        #expect(try server.call("PUT", "/model", put(Self.counter)).status == 204)
        #expect(try server.say("hello", as: "ann").json?.array?.first?["text"] == "Welcome to the counter.")
    }
}
