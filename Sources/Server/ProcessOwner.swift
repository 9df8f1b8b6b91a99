import CParleySystem
import Glibc
import Prefork
import System

/// The user that the server runs as once it has what only root may have: the port.
struct ProcessOwner: Equatable {
    let user: uid_t
    let group: gid_t
    /// Nil for a number that no name belongs to, which has no further groups either.
    let name: String?
    let home: String?

    /// - Parameters:
    ///   - user: A name or a number; nil to stay who this process is.
    ///   - group: The same; nil for the user's own.
    /// - Throws: ``BootFailure`` where there is no such user or group.
    init?(user: String?, group: String?) throws(BootFailure) {
        guard let user else {
            guard group == nil else { throw Self.failure("--group", "it is the group of --user; give that too") }
            return nil
        }
        let known = Self.user(user)
        // The last number is nobody's: system calls take it for "unchanged".
        guard let id = known?.user ?? uid_t(user), id != .max else {
            throw Self.failure("--user", "this machine knows no user '\(user)'")
        }
        if let group {
            guard let id = Self.group(group) ?? gid_t(group), id != .max else {
                throw Self.failure("--group", "this machine knows no group '\(group)'")
            }
            self.group = id
        } else {
            guard let own = known?.group else {
                throw Self.failure("--user", "\(user) is not a user of this machine; give its group by --group")
            }
            self.group = own
        }
        self.user = id
        name = known?.name
        home = known?.home
    }

    /// Makes this process theirs, for good.
    ///
    /// - Throws: ``BootFailure`` where it is not root's and not theirs already, as that of a new binary is.
    func take() throws(BootFailure) {
        if geteuid() == user, getegid() == group { return }
        guard geteuid() == 0 else {
            throw BootFailure(
                "--user: only root can become another user; start the server as root, or as that user without the flag",
                status: ExitStatus.noPermission)
        }
        guard parley_become(user, group, name) == 0 else {
            throw BootFailure("--user: cannot become user \(user): \(SystemError())", status: ExitStatus.noPermission)
        }
        // Else what is kept at home would be looked for where root has it.
        if let home { setenv("HOME", home, 1) }
    }

    private static func user(_ text: String) -> (user: uid_t, group: gid_t, name: String, home: String)? {
        guard let entry = getpwnam(text) ?? uid_t(text).flatMap({ getpwuid($0) }), let name = entry.pointee.pw_name,
            let home = entry.pointee.pw_dir
        else { return nil }
        return (entry.pointee.pw_uid, entry.pointee.pw_gid, String(cString: name), String(cString: home))
    }

    private static func group(_ text: String) -> gid_t? { getgrnam(text)?.pointee.gr_gid }

    private static func failure(_ flag: String, _ sentence: String) -> BootFailure {
        BootFailure("\(flag): \(sentence)", status: ExitStatus.usage)
    }
}
