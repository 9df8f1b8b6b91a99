import ExactText
import Glibc
import System

/// The directory in which a training puts its archive together, on the disk of the models. It is gone with the training;
/// that of one that was killed goes with the next.
///
/// A lock says that somebody is still at work, to other containers too.
final class TrainingScratch: Sendable {
    let path: String
    private let lock: Int32

    private static let beginning = ".training-"
    /// After so many seconds a directory has its lock, or never will.
    private static let lockingTime = 60

    /// - Parameter output: The directory of the models, which is made where it is not there.
    /// - Throws: ``TrainingError`` with `.inputOutput`.
    init(in output: String) throws(TrainingError) {
        do throws(SystemError) {
            try Directory.make(output, permissions: 0o755)
            Self.deleteAbandoned(in: output)
            path = try Directory.makeTemporary(Directory.path("\(Self.beginning)\(getpid())-", in: output))
            do throws(SystemError) {
                lock = try Self.lock(path)
            } catch {
                Directory.delete(path)
                throw error
            }
        } catch {
            throw TrainingError(.inputOutput, "nothing can be written to the directory '\(output)': \(error)")
        }
    }

    /// Opens a directory and locks it, so that no other training takes it for abandoned.
    ///
    /// - Throws: ``SystemError`` also where somebody else has the lock.
    static func lock(_ path: String) throws(SystemError) -> Int32 {
        let file = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { throw SystemError() }
        guard flock(file, LOCK_EX | LOCK_NB) != 0 else { return file }
        let error = SystemError()
        // Where nobody can lock directories, as on network file systems, nobody deletes one either.
        if [EBADF, EINVAL, ENOLCK, ENOSYS, EOPNOTSUPP].contains(error.code) { return file }
        close(file)
        throw error
    }

    deinit {
        Directory.delete(path)
        close(lock)
    }

    /// Deletes what killed trainings left.
    private static func deleteAbandoned(in output: String) {
        for name in (try? Directory.names(in: output)) ?? [] where name.exact.hasPrefix(beginning) {
            let path = Directory.path(name, in: output)
            let lock = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard lock >= 0 else { continue }
            defer { close(lock) }
            var status = stat()
            guard fstat(lock, &status) == 0, time(nil) - status.st_mtim.tv_sec > lockingTime,
                flock(lock, LOCK_EX | LOCK_NB) == 0
            else { continue }
            Directory.delete(path)
        }
    }

    /// Deletes the directories of this process, which is about to end.
    static func deleteOwn(in output: String) {
        for name in (try? Directory.names(in: output)) ?? [] where name.exact.hasPrefix("\(beginning)\(getpid())-") {
            Directory.delete(Directory.path(name, in: output))
        }
    }
}

extension Trainer {
    /// Deletes what a training of this process has written so far, since the process is about to end.
    package static func abandon(output: String) { TrainingScratch.deleteOwn(in: output) }
}
