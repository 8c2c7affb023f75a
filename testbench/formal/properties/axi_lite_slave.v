// SPDX-License-Identifier: Apache-2.0
// Properties of axi_lite_slave, for inside of it.
//
//   1 an answer stays until it is taken, and does not change
//   2 there are as many answers as accesses, each after its address and data
//   3 each write is seen once by the registers, and each read
//   4 a read waits for what it asks for

reg seen;
reg [1:0] addresses, words, seen_writes, reads, asked;   // taken and not answered; seen and not answered
reg       held_b, held_r, waited;
reg [1:0] bresp, rresp;
reg [31:0] rdata;

initial seen = 1'b0;

wire b_taken = s_axil_bvalid & s_axil_bready;
wire r_taken = s_axil_rvalid & s_axil_rready;

always @(posedge clk) begin
    seen        <= seen | rst;
    addresses   <= rst ? 2'd0 : addresses + (s_axil_awvalid & s_axil_awready) - b_taken;
    words       <= rst ? 2'd0 : words + (s_axil_wvalid & s_axil_wready) - b_taken;
    seen_writes <= rst ? 2'd0 : seen_writes + write - b_taken;
    reads       <= rst ? 2'd0 : reads + (read & ~read_wait) - r_taken;
    asked       <= rst ? 2'd0 : asked + (s_axil_arvalid & s_axil_arready) - r_taken;
    waited      <= ~rst & read & read_wait;
    held_b      <= ~rst & s_axil_bvalid & ~s_axil_bready;
    held_r      <= ~rst & s_axil_rvalid & ~s_axil_rready;
    bresp       <= s_axil_bresp;
    rresp       <= s_axil_rresp;
    rdata       <= s_axil_rdata;
end

always @* if (seen) begin
    assert (~held_b | (s_axil_bvalid & s_axil_bresp == bresp));
    assert (~held_r | (s_axil_rvalid & s_axil_rresp == rresp & s_axil_rdata == rdata));
    assert (addresses == {1'b0, ~s_axil_awready} + s_axil_bvalid);
    assert (words == {1'b0, ~s_axil_wready} + s_axil_bvalid);
    assert (seen_writes == {1'b0, s_axil_bvalid});
    assert (reads == {1'b0, s_axil_rvalid});
    assert (asked == {1'b0, ~s_axil_arready} + s_axil_rvalid);
    assert (~waited | (read & ~s_axil_rvalid));
end
