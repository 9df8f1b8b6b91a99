import Glibc
import System

extension ListeningSocket {
    /// What tells the socket from all others that are open at this time, on any host: the same in every process that
    /// inherits it. A host is known by its boot id, which its containers share.
    package var identity: String {
        var status = stat()
        fstat(descriptor, &status)
        let boot = (try? File.read("/proc/sys/kernel/random/boot_id", atMost: 64)) ?? []
        let host = String(decoding: boot.filter { $0 > UInt8(ascii: " ") }, as: UTF8.self)
        return "\(host) \(status.st_dev):\(status.st_ino)"
    }
}
