/**
 * Kernel modules that are loaded on many hosts. staprun takes a module of the same name for its own and refuses to load a
 * second one. The name of a module that is built into the kernel cannot be loaded either.
 */
export const kernelModuleNames: ReadonlySet<string> = new Set(
  `
  8021q aesni_intel af_packet ahci amdgpu autofs4 binfmt_misc bluetooth bnx2 bnx2x bonding bpfilter br_netfilter bridge
  btrfs ceph cfg80211 cifs configfs cpuid crc32c_intel cryptd dax dm_crypt dm_log dm_mirror dm_mod dm_multipath dm_thin_pool
  drbd drm dummy e1000 e1000e edac_core efivarfs ena erofs ext2 ext3 ext4 f2fs fat fscache fuse gfs2 gve hid hv_netvsc
  hv_storvsc hv_vmbus i2c_core i40e i915 ice igb intel_rapl ip_set ip_tables ip_vs ip6_tables ipmi_msghandler ipmi_si iptable_filter
  iptable_nat ipv6 iscsi_tcp isofs iwlwifi ixgbe jbd2 kvm kvm_amd kvm_intel libahci libata libceph libcrc32c lockd loop mac80211
  macvlan macvtap md megaraid_sas mlx4_core mlx5_core mlx5_ib mpt3sas msr nbd netconsole netfs nf_conntrack nf_nat
  nf_tables nfnetlink nfs nfs_acl nfsd nfsv3 nfsv4 nouveau ntfs3 nvidia nvme nvme_core nvmet openvswitch overlay parport
  pcspkr ppp_generic psmouse qede r8169 raid0 raid1 raid10 raid456 rbd rdma_cm rfkill sch_fq scsi_mod sctp sd_mod sg
  snd softdog spl squashfs sr_mod sunrpc tap target_core_mod tcp_bbr tcp_diag team thunderbolt tls tun udf usb_storage
  usbcore vboxdrv vfat vfio vhost vhost_net video virtio virtio_balloon virtio_blk virtio_net virtio_pci virtio_scsi
  vmw_balloon vmxnet3 vsock vxlan wireguard x_tables xfrm_user xfs xhci_hcd xt_conntrack zfs zram zstd
  `
    .trim()
    .split(/\s+/),
);
