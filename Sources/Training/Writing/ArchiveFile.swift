import Cryptography
import Encodings
import ExactText
import JSON
import ModelArchive
import System

struct ArchiveFile: Sendable {
    enum Content: Sendable {
        case bytes([UInt8])
        /// Weights of networks, which are not kept in memory.
        case file(UnnamedFile)
        /// A large file of another archive.
        case mapped(MappedFile)
    }

    /// Its path in its component's directory or, in a list of all files, in the archive.
    var path: String
    let content: Content

    init(_ path: String, bytes: [UInt8]) { (self.path, content) = (path, .bytes(bytes)) }

    init(_ path: String, _ json: JSON) { self.init(path, bytes: json.encoded(.python)) }

    init(_ path: String, _ file: UnnamedFile) { (self.path, content) = (path, .file(file)) }

    init(_ path: String, _ file: MappedFile) { (self.path, content) = (path, .mapped(file)) }

    /// Its length in bytes.
    func size() throws(SystemError) -> Int {
        switch content {
        case .bytes(let bytes): bytes.count
        case .file(let file): try file.size()
        case .mapped(let file): file.bytes.count
        }
    }
}

extension [ArchiveFile] {
    /// For each component's directory a digest of its files: 32 hexadecimal digits, as long as those that Rasa draws.
    var digests: [ExactString: String] {
        get throws(TrainingError) {
            var digests: [ExactString: RunningDigest] = [:]
            for file in self {
                let parts = file.path.exact.split(separator: "/").map(String.init)
                guard parts.count > 2, let digest = digests[parts[1]] ?? RunningDigest(.sha256) else { continue }
                digests[parts[1]] = digest
                [UInt8]((parts[2...].joined(separator: "/") + "\0").utf8).withUnsafeBytes(digest.add)
                try file.add(to: digest)
            }
            return digests.mapValues { String(Hexadecimal.text($0.finish()).prefix(32)) }
        }
    }
}

extension ArchiveFile {
    /// Whether it holds weights of networks.
    var holdsWeights: Bool { if case .bytes = content { false } else { true } }

    /// Calls `body` with its bytes, one part after the other.
    func forEachPart(_ body: (UnsafeRawBufferPointer) throws(SystemError) -> Void) throws(SystemError) {
        switch content {
        case .bytes(let bytes):
            try bytes.withUnsafeBufferPointer { (bytes) throws(SystemError) in try body(UnsafeRawBufferPointer(bytes)) }
        case .mapped(let file): try body(file.bytes)
        case .file(let file):
            let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
            defer { chunk.deallocate() }
            var offset = 0
            while true {
                let count = try file.read(into: chunk, at: offset)
                guard count > 0 else { return }
                try body(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
                offset += count
            }
        }
    }

    fileprivate func add(to digest: RunningDigest) throws(TrainingError) {
        do throws(SystemError) {
            try forEachPart { digest.add($0) }
        } catch {
            throw TrainingError(.inputOutput, "the weights of a network cannot be read: \(error)")
        }
    }
}
