import NIOCore
import TestSupport
import Testing

@testable import HTTPServer

@Suite("Mutated requests")
struct MutationTests {
    private let requests = [
        "GET /now?token=a%20b HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n",
        "POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world",
        "POST /stream HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx: y\r\n\r\n",
        "POST /now HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab",
        "GET /later HTTP/1.0\r\nConnection: keep-alive, upgrade\r\nUpgrade: h2c\r\n\r\n",
    ]

    @Test("never stop the server, and get nothing but whole answers", arguments: 0..<20 as Range<UInt64>)
    func mutations(seed: UInt64) throws {
        var numbers = SeededRandom(seed: seed)
        for _ in 0..<100 {
            let connection = try TestConnection()
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                bytes += Array((requests.randomElement(using: &numbers) ?? "").utf8)
            }
            for _ in 0..<Int.random(in: 0...4, using: &numbers) {
                let place = Int.random(in: 0..<bytes.count, using: &numbers)
                switch Int.random(in: 0..<4, using: &numbers) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(UInt8.random(in: 0...255, using: &numbers), at: place)
                default: bytes.append(contentsOf: bytes[place..<min(place + 20, bytes.count)])
                }
                if bytes.isEmpty { bytes = [0] }
            }
            var responses = ""
            while !bytes.isEmpty {
                let piece = Array(bytes.prefix(Int.random(in: 1...200, using: &numbers)))
                bytes.removeFirst(piece.count)
                responses += try connection.send(bytes: piece)
            }
            _ = try connection.pass(.seconds(1000))
            _ = try connection.pass(.seconds(1000))
            #expect(!connection.isOpen)
            #expect(connection.core.tasks == 0)
            #expect(connection.core.connectionCount == 0)
            #expect(responses.isEmpty || responses.hasPrefix("HTTP/1.1 "))
        }
    }
}
