import Foundation
import TestSupport
import Testing

@testable import Brokers

@Suite("The file broker writes one line per event", .ownThread)
struct FileBrokerTests {
    @Test func lines() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/rasa_event.log"
        try "{}\n".write(toFile: path, atomically: true, encoding: .utf8)
        let broker = FileBroker(path: path)
        try broker.connect()
        let events = (0..<3).map { OutgoingEvent(id: "\($0)", conversation: "a", body: Array("{\"n\": \($0)}".utf8)) }
        #expect(broker.publish(events).confirmed == 3)
        broker.close()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "{}\n{\"n\": 0}\n{\"n\": 1}\n{\"n\": 2}\n")
    }

    @Test("A file that it makes is this user's alone; one that is there keeps its rights")
    func rights() throws {
        let directory = try TemporaryDirectory()
        let mask = umask(0)
        defer { umask(mask) }
        func permissions(_ path: String) throws -> UInt16? {
            try (FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.uint16Value
        }
        for (name, expected) in [("new.log", 0o600), ("old.log", 0o644)] as [(String, UInt16)] {
            let path = "\(directory.path)/\(name)"
            if name == "old.log" {
                _ = FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o644])
            }
            let broker = FileBroker(path: path)
            try broker.connect()
            broker.close()
            #expect(try permissions(path) == expected)
        }
    }

    @Test func noDirectory() {
        let broker = FileBroker(path: "/nowhere/at/all")
        #expect { try broker.connect() } throws: { "\($0)".contains("/nowhere/at/all") }
    }
}
