import Glibc

/// What libraries leave behind when a process does not end in their way; ours mostly do not.
enum LibraryTraces {
    /// Deletes the names of files that were made when the process was loaded.
    static func delete() {
        #if MongoDB
            // libmongoc makes shared memory for its counters before `main`, and unlinks it in an exit handler only. It
            // stays mapped without its name. The next process with the pid would complain of a left name.
            shm_unlink("/mongoc-\(UInt16(truncatingIfNeeded: getpid()))")
        #endif
    }
}
