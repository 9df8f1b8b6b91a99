import COpenSSL
import Files
import Glibc
import NIOCore

/// The file that a download goes to, with the digest of what is in it.
final class DownloadFile {
    private let path: String
    private let descriptor: Int32
    private let digest: OpaquePointer
    /// Bytes written so far.
    private(set) var count = 0

    /// Makes the file, readable by this user only.
    ///
    /// - Throws: ``ModelSourceError`` with `.notWritten`.
    init(_ path: String) throws(ModelSourceError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
        guard let digest = EVP_MD_CTX_new() else {
            close(descriptor)
            throw ModelSourceError(.notWritten, "there is no memory for a download")
        }
        self.path = path
        self.descriptor = descriptor
        self.digest = digest
        EVP_DigestInit_ex(digest, EVP_sha256(), nil)
    }

    deinit {
        close(descriptor)
        EVP_MD_CTX_free(digest)
    }

    /// Takes everything back.
    ///
    /// - Throws: ``ModelSourceError`` with `.notWritten`.
    func clear() throws(ModelSourceError) {
        guard count > 0 else { return }
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw Self.failure(path) }
        EVP_DigestInit_ex(digest, EVP_sha256(), nil)
        count = 0
    }

    /// - Throws: ``ModelSourceError`` with `.notWritten`.
    func append(_ buffer: ByteBuffer) throws(ModelSourceError) {
        let result = buffer.withUnsafeReadableBytes { bytes in
            EVP_DigestUpdate(digest, bytes.baseAddress, bytes.count)
            return Result { () throws(FileFailure) in try WholeFile.write(bytes, to: descriptor) }
        }
        if case .failure(let error) = result { throw Self.failure(path, error) }
        count += buffer.readableBytes
    }

    /// The SHA-256 of all that was written; nothing may be written afterwards.
    func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { room, count in
            var length: UInt32 = 0
            EVP_DigestFinal_ex(digest, room.baseAddress, &length)
            count = Int(length)
        }
    }

    private static func failure(_ path: String, _ error: FileFailure = FileFailure()) -> ModelSourceError {
        ModelSourceError(.notWritten, "the archive cannot be written to '\(path)': \(error)")
    }
}
