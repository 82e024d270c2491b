/** The first words of the probe points of SystemTap 2.4 to 5.6: its own and those of its library, all architectures. */
export const probeFamilies: ReadonlySet<string> = new Set(
  `
  begin debuginfod dw_kprocess dw_syscall end error generic init input ioblock ioblock_trace ioscheduler ioscheduler_trace
  ipmib irq_handler java json_data kernel kprobe kprocess linuxmib lsm module nd1_syscall nd2_syscall nd_syscall netdev
  netfilter never nfs nfsd oneshot perf process procfs prometheus python python2 python3 scheduler scsi signal socket
  softirq stap staprun sunrpc syscall syscall_any tcp tcpmib timer tp_kprocess tp_syscall tty udp vfs vm workqueue
  `
    .trim()
    .split(/\s+/),
);

/** Those whose aliases stand for points of programs: of SystemTap's own library, and of tapsets that come with other programs. */
export const programFamilies: ReadonlySet<string> = new Set(
  `
  gjs glib gobject hotspot hotspot_jni java libvirt mysql node perl php postgresql python python2 python3 qemu ruby stap
  stapio staprun tcl
  `
    .trim()
    .split(/\s+/),
);

/** The functions of SystemTap 2.4 to 5.6, without those whose names begin with `_`: its own and those of its library. */
export const libraryFunctions: ReadonlySet<string> = new Set(
  `
  AF_INET AF_INET6 GFP_KERNEL HZ MAJOR MINOR MKDEV NFS_CLIENT NFS_FH NFS_I NFS_PROTO NFS_SERVER Py2Class_GetAttr
  Py2Class_Lookup Py2Class_Repr Py2Code_Addr2Line Py2Dict_GetItem Py2Dict_GetItem_FromLong Py2Dict_Repr
  Py2Frame_GetLineNumber Py2Instance_GetAttr Py2Instance_Repr Py2Int_AsLong Py2List_GetItem Py2List_Repr
  Py2Long_AsLongLong Py2Long_AsLongLongAndOverflow_Big Py2Long_AsLongLongAndOverflow_Small Py2Object_GetAttr
  Py2Object_GetItem Py2Object_Repr Py2String_AsString Py2String_Size Py2Tuple_GetItem Py2Tuple_Repr Py2Tuple_Size
  Py2Unicode_AsASCIIString Py310Code_Addr2Line Py3Bytes_Size Py3Code_Addr2Line Py3Code_firstlineno Py3Code_lnotab
  Py3Code_nlocals Py3DictKeys_StringLookup Py3Dict_GetItem Py3Dict_GetItem_FromLong Py3Dict_GetValue Py3Dict_Repr
  Py3Frame_GetBack Py3Frame_GetBytecodeOffset Py3Frame_GetCode Py3Frame_GetFilename Py3Frame_GetGlobals
  Py3Frame_GetLineNumber Py3Frame_GetLocalsplus Py3Frame_GetTrace Py3GetLineDelta Py3InlineValues_Base Py3LineTableAdvance
  Py3LineTableInit Py3List_GetItem Py3List_Repr Py3Long_AsLongLong Py3Long_AsLongLongAndOverflow_Big
  Py3Long_AsLongLongAndOverflow_Small Py3Long_Size_From_Tag Py3NextCodeDelta Py3Object_GenericGetAttrWithDict
  Py3Object_GetAttr Py3Object_GetInstanceAttribute Py3Object_GetItem Py3Object_Repr Py3ScanSignedVarint Py3ScanVarint
  Py3StackRef_ValueAsObject Py3Tuple_GetItem Py3Tuple_Repr Py3Unicode_AsASCIIString WCOREDUMP WEXITSTATUS WIFCONTINUED
  WIFEXITED WIFSIGNALED WIFSTOPPED WSTOPSIG WTERMSIG abort addr addr_from_rqst addr_from_rqst_str addr_to_node
  ansi_clear_screen ansi_cursor_hide ansi_cursor_move ansi_cursor_restore ansi_cursor_save ansi_cursor_show ansi_new_line
  ansi_reset_color ansi_set_color ansi_set_color2 ansi_set_color3 arch_bytes asmlinkage assert atomic_long_read
  atomic_read backtrace basename bdev_partno bdevname big_endian2 big_endian4 big_endian8 bio_op bio_rw_num bio_rw_str
  bytes_to_string caller caller_addr callers clones_from_clnt cmd_request_timer_pending cmdline_arg cmdline_args
  cmdline_str commit container_of_task_rcu cpu cpu_clock_ms cpu_clock_ns cpu_clock_s cpu_clock_us cpuid cputime_to_msecs
  cputime_to_string cputime_to_usecs ctime current_exe_file cve_count_metric cve_record_metric cve_tmpdisable d_name
  d_path daddr_to_string delete_stopwatch describe_data_direction describe_device_state discard disk_get_part_start_sect
  disk_major_from_request disk_minor_from_request disk_name dump_stack egid env_var errno_p errno_str error euid execname
  exit fastcall format_ipaddr fp32_to_fp64 fp_add fp_div fp_eq fp_le fp_lt fp_mul fp_rem fp_sqrt fp_sub fp_to_long
  fp_to_string ftrace ftype fullpath_struct_file fullpath_struct_nameidata fullpath_struct_path get_32mmap_args get_cycles
  get_devstate_from_req get_inode_from_path get_ip get_ip_from_client get_loadavg_index get_mmap_args get_netdev_name
  get_prot get_prot_from_client get_sa_flags get_sa_handler get_scsi_request get_sigaction_mask get_sigset
  get_thread_context_pointer gettimeofday_ms gettimeofday_ns gettimeofday_s gettimeofday_us gid htonl htonll htons indent
  indent_depth inet_get_dest_port inet_get_ip_dest inet_get_ip_source inet_get_local_port inode_name inode_path int_arg
  ip_ntop ipmib_filter_key ipmib_get_proto ipmib_local_addr ipmib_remote_addr ipmib_tcp_local_port ipmib_tcp_remote_port
  irqflags_str is_myproc is_return is_sig_blocked isdigit isinstr jiffies json_add_array json_add_array_numeric_metric
  json_add_array_string_metric json_add_numeric_metric json_add_string_metric json_set_prefix kernel_buffer_quoted
  kernel_buffer_quoted_error kernel_char kernel_int kernel_long kernel_or_user_string_quoted
  kernel_or_user_string_quoted_utf16 kernel_or_user_string_quoted_utf32 kernel_pointer kernel_short kernel_string
  kernel_string2 kernel_string2_utf16 kernel_string2_utf32 kernel_string_n kernel_string_quoted kernel_string_quoted_utf16
  kernel_string_quoted_utf32 kernel_string_utf16 kernel_string_utf32 ktime_get_ns linuxmib_filter_key little_endian2
  little_endian4 little_endian8 local_clock_ms local_clock_ns local_clock_s local_clock_us log long_arg long_to_fp
  longlong_arg matched matched_str mdelay mem_page_size modname module_name module_size msecs_to_string msg_flags_num2str
  nfs3_cmode nfs4_ctype nfsderror ngroups ns_egid ns_euid ns_gid ns_pgrp ns_pid ns_ppid ns_sid ns_tid ns_uid
  nsecs_to_string ntohl ntohll ntohs pages_to_string panic pexecname pgrp pid pid2execname pid2task pn pnlabel pointer_arg
  port_from_clnt port_from_xprt pp ppfunc ppid ppos_pos print print_backtrace print_backtrace_fileline print_char
  print_java_backtrace print_regs print_stack print_syms print_ubacktrace print_ubacktrace_brief print_ubacktrace_fileline
  print_ustack print_usyms printd printdln printf printk println probe_type probefunc probemod probing_32bit_app
  probing_app_with_32bit_regs proc_from_msg proc_mem_data proc_mem_data_pid proc_mem_rss proc_mem_rss_pid proc_mem_shr
  proc_mem_shr_pid proc_mem_size proc_mem_size_pid proc_mem_string proc_mem_string_pid proc_mem_txt proc_mem_txt_pid
  prog_from_clnt prot_from_clnt pstrace python2_get_locals python2_get_typename python2_get_var_obj python3_get_locals
  python3_get_typename python3_get_var_obj python3_initialize python_print_backtrace python_sprint_backtrace qs_done
  qs_run qs_time qs_wait qsq_blocked qsq_print qsq_service_time qsq_start qsq_throughput qsq_utilization
  qsq_wait_queue_length qsq_wait_time raise randint rcu_dereference read_stopwatch_ms read_stopwatch_ns read_stopwatch_s
  read_stopwatch_us real_mount regex_module_compare register registers_valid regparm remote_id remote_uri return_str
  returnstr returnval reverse_path_walk rlimit_from_str s32_arg s64_arg sa_flags_str sa_handler_str scsi_cmd_to_rq
  scsi_timer_pending set_int_arg set_kernel_char set_kernel_int set_kernel_long set_kernel_pointer set_kernel_short
  set_kernel_string set_kernel_string_n set_long_arg set_longlong_arg set_pointer_arg set_returnval set_s32_arg
  set_s64_arg set_tls_module_by_name set_u32_arg set_u64_arg set_uint_arg set_ulong_arg set_ulonglong_arg set_user_char
  set_user_int set_user_long set_user_pointer set_user_short set_user_string set_user_string_arg set_user_string_n
  setup_link_map sid signal_str sigset_mask_str sock_fam_num2str sock_fam_str2num sock_flags_num2str sock_prot_num2str
  sock_prot_str2num sock_state_num2str sock_state_str2num sock_type_num2str sock_type_str2num speculate speculation sprint
  sprint_backtrace sprint_java_backtrace sprint_loadavg sprint_stack sprint_syms sprint_ubacktrace sprint_ustack
  sprint_usyms sprintd sprintdln sprintf sprintln stack stack_size stack_unused stack_used stap_NFS_CLIENT start_stopwatch
  stop_stopwatch stp_pid stp_print_binary str_replace string_quoted string_to_fp stringat strlen strpos strtol substr
  switch_file symdata symfile symfileline symline symname syscall_name syscall_num system target target_set_pid
  target_set_report task_ancestry task_backtrace task_cpu task_current task_cwd_path task_dentry_path task_egid task_euid
  task_exe_file task_execname task_fd_lookup task_gid task_max_file_handles task_nice task_ns_egid task_ns_euid
  task_ns_gid task_ns_pid task_ns_tid task_ns_uid task_open_file_handles task_parent task_pid task_prio task_rlimit
  task_rlimit_as task_rlimit_core task_rlimit_cpu task_rlimit_data task_rlimit_fsize task_rlimit_locks task_rlimit_memlock
  task_rlimit_msgqueue task_rlimit_nice task_rlimit_nofile task_rlimit_nproc task_rlimit_rss task_rlimit_rtprio
  task_rlimit_rttime task_rlimit_sigpending task_rlimit_stack task_start_time task_state task_stime task_stime_tid
  task_tid task_time_string task_time_string_tid task_uid task_utime task_utime_tid tasks_from_clnt tcp_get_info_rto
  tcp_get_info_snd_cwnd tcp_ipv6_sockopt_str tcp_sockopt_str tcp_sockstate_str tcp_ts_get_info_rcv_mss
  tcp_ts_get_info_snd_ssthresh tcp_ts_get_info_state tcpmib_filter_key tcpmib_get_state tcpmib_local_addr
  tcpmib_local_port tcpmib_remote_addr tcpmib_remote_port test_x86_fs test_x86_gs text_str text_strn thread_indent
  thread_indent_depth tid timer_pending tokenize tz_ctime tz_gmtoff tz_name u32_arg u64_arg u_register uaddr uarch_bytes
  ubacktrace ucallers udelay uid uint_arg ulong_arg ulonglong_arg umodaddr umodbuildid umodname usecs_to_string
  user_buffer_quoted user_buffer_quoted_error user_char user_char_error user_char_warn user_int user_int16
  user_int16_error user_int32 user_int32_error user_int64 user_int64_error user_int8 user_int8_error user_int_error
  user_int_warn user_long user_long_error user_long_warn user_mode user_short user_short_error user_short_warn user_string
  user_string2 user_string2_n_warn user_string2_utf16 user_string2_utf32 user_string2_warn user_string_n user_string_n2
  user_string_n2_quoted user_string_n_nofault user_string_n_quoted user_string_n_warn user_string_nofault
  user_string_quoted user_string_quoted_utf16 user_string_quoted_utf32 user_string_utf16 user_string_utf32
  user_string_warn user_uint16 user_uint16_error user_uint32 user_uint32_error user_uint64 user_uint64_error user_uint8
  user_uint8_error user_ulong user_ulong_error user_ulong_warn user_ushort user_ushort_error user_ushort_warn
  usrdev2kerndev ustack usymdata usymfile usymfileline usymline usymname vers_from_clnt vers_from_prog vm_fault_contains
  warn xid_from_clnt
  `
    .trim()
    .split(/\s+/),
);
