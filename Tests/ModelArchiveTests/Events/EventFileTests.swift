import Foundation
import System
import TestSupport
import Testing

@testable import ModelArchive

@Suite("Event files are TensorFlow's, byte for byte")
struct EventFileTests {
    /// What TensorFlow wrote while Rasa trained: the head of a file, a number at step 0 and one at step 8.
    private static let recorded = [
        "3e00000000000000d9d240e7090000407d89c3da411a0d627261696e2e4576656e743a3252240a2274656e736f72666c6f772e636f72652e"
            + "7574696c2e6576656e74735f77726974657226073653",
        "34000000000000005e33175c0934d8618589c3da412a290a270a0c65706f63685f745f6c6f7373420a080112002204236b0a414a0b0a090a"
            + "077363616c617273c756746c",
        "490000000000000036250ea309419b198689c3da4110082a3c0a3a0a1f6576616c756174696f6e5f745f6c6f73735f76735f697465726174"
            + "696f6e73420a080112002204fe65f9404a0b0a090a077363616c617273b6ae5ecc",
    ]

    private func bytes(_ file: EventFile) throws -> [UInt8] { try File.read(file.path) }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { String(String(UInt16($0) + 256, radix: 16).dropFirst()) }.joined()
    }

    @Test func headAndNumbers() throws {
        let directory = try TemporaryDirectory()
        let file = try EventFile(in: "\(directory.path)/logs/train", time: 0x1.ac3897d4abcp+30)
        try file.add(Float(bitPattern: 0x410A_6B23), "epoch_t_loss", step: 0, time: 0x1.ac3898561d834p+30)
        try file.add(
            Float(bitPattern: 0x40F9_65FE), "evaluation_t_loss_vs_iterations", step: 8, time: 0x1.ac38986199b41p+30)
        try file.close()
        #expect(hexadecimal(try bytes(file)) == Self.recorded.joined())
    }

    @Test func namesAreTensorFlows() throws {
        let directory = try TemporaryDirectory()
        let files = try (0..<3).map { _ in try EventFile(in: directory.path, time: 1_796_089_333.9) }
        let names = files.compactMap { $0.path.split(separator: "/").last.map(String.init) }
        let beginning = "events.out.tfevents.1796089333."
        for (number, name) in names.enumerated() {
            #expect(name.hasPrefix(beginning) && name.hasSuffix(".\(getpid()).\(number).v2"), "\(name)")
        }
        #expect(try Set(Directory.names(in: directory.path)) == Set(names))
    }

    @Test func theFileIsReadableWhileItGrows() throws {
        let directory = try TemporaryDirectory()
        let file = try EventFile(in: directory.path, time: 5)
        #expect(try EventRecord.read(bytes(file)).map(\.tag) == [nil])
        try file.add(1, "a", step: 1)
        try file.flush()
        #expect(try EventRecord.read(bytes(file)).map(\.tag) == [nil, "a"])
        for step in 2..<2000 { try file.add(Float(step), "a", step: step) }
        #expect(try bytes(file).count > 64 << 10)
        try file.flush()
        let records = try EventRecord.read(bytes(file))
        #expect(records.dropFirst().map(\.step) == Array(1..<2000))
        #expect(records.dropFirst().map(\.value) == (1..<2000).map { Float($0) })
    }

    @Test(arguments: ["/proc/nowhere/train", "file/train"])
    func whatCannotBeWritten(_ path: String) throws {
        let directory = try TemporaryDirectory()
        try File.write([1], to: "\(directory.path)/file")
        #expect(throws: SystemError.self) {
            try EventFile(in: path.hasPrefix("/") ? path : "\(directory.path)/\(path)")
        }
    }

    @Test func closingTwiceIsClosingOnce() throws {
        let directory = try TemporaryDirectory()
        let file = try EventFile(in: directory.path)
        try file.add(1, "a", step: 1)
        try file.close()
        try file.close()
        #expect(try EventRecord.read(bytes(file)).count == 2)
    }
}
