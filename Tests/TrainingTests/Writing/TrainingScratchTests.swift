import Glibc
import System
import TestSupport
import Testing

@testable import Training

@Suite("What a training has not finished goes with it, or with the next")
struct TrainingScratchTests {
    @Test func itIsGoneWithItsTraining() throws {
        let directory = try TemporaryDirectory()
        do {
            let scratch = try TrainingScratch(in: directory.path + "/models")
            try File.write([1], to: scratch.path + "/archive")
            // Another training at the same time leaves it alone.
            let other = try TrainingScratch(in: directory.path + "/models")
            #expect(File.exists(scratch.path + "/archive") && other.path != scratch.path)
        }
        #expect(directory.names(in: "models").isEmpty)
    }

    @Test func oneThatWasKilledLeavesNothingToTheNext() throws {
        let directory = try TemporaryDirectory()
        let (old, new) = (directory.path + "/.training-1-aaaaaa", directory.path + "/.training-1-bbbbbb")
        for path in [old, new] { try Directory.make(path, permissions: 0o755) }
        try File.write([1], to: old + "/archive")
        // One that was just made may not have its lock yet.
        var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
        utimensat(AT_FDCWD, old, &times, 0)
        let scratch = try TrainingScratch(in: directory.path)
        #expect(!File.exists(old) && File.exists(new) && File.exists(scratch.path))
    }

    @Test func aLockThatSomebodyElseHasIsAnError() throws {
        let directory = try TemporaryDirectory()
        let first = try TrainingScratch.lock(directory.path)
        #expect(throws: SystemError(code: EWOULDBLOCK)) { try TrainingScratch.lock(directory.path) }
        close(first)
        close(try TrainingScratch.lock(directory.path))
        #expect(throws: SystemError(code: ENOENT)) { try TrainingScratch.lock(directory.path + "/none") }
    }

    @Test func whereNothingCanBeWrittenTheDirectoryIsNamed() throws {
        let directory = try TemporaryDirectory()
        try File.write([], to: directory.path + "/models")
        #expect {
            _ = try TrainingScratch(in: directory.path + "/models")
        } throws: { "\($0)".contains("directory '\(directory.path)/models'") }
    }
}
