import COpenSSL
import Cryptography
import Glibc
import NIOCore
import System

/// The file that a download goes to, with the digest of what is in it.
final class DownloadFile {
    private let path: String
    private let descriptor: Int32
    private let digest: RunningDigest
    /// Bytes written so far.
    private(set) var count = 0

    /// Makes the file, readable by this user only.
    ///
    /// - Throws: ``ModelSourceError`` with `.notWritten`.
    init(_ path: String) throws(ModelSourceError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
        guard let digest = RunningDigest(.sha256) else {
            close(descriptor)
            throw ModelSourceError(.notWritten, "there is no memory for a download")
        }
        self.path = path
        self.descriptor = descriptor
        self.digest = digest
    }

    deinit {
        close(descriptor)
    }

    /// Takes everything back.
    ///
    /// - Throws: ``ModelSourceError`` with `.notWritten`.
    func clear() throws(ModelSourceError) {
        guard count > 0 else { return }
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw Self.failure(path) }
        digest.restart()
        count = 0
    }

    /// - Throws: ``ModelSourceError`` with `.notWritten`.
    func append(_ buffer: ByteBuffer) throws(ModelSourceError) {
        let result = buffer.withUnsafeReadableBytes { bytes in
            digest.add(bytes)
            return Result { () throws(SystemError) in try File.write(bytes, to: descriptor) }
        }
        if case .failure(let error) = result { throw Self.failure(path, error) }
        count += buffer.readableBytes
    }

    /// The SHA-256 of all that was written; nothing may be written afterwards.
    func finish() -> [UInt8] { digest.finish() }

    private static func failure(_ path: String, _ error: SystemError = SystemError()) -> ModelSourceError {
        ModelSourceError(.notWritten, "the archive cannot be written to '\(path)': \(error)")
    }
}
