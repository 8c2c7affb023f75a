// SPDX-License-Identifier: Apache-2.0
// Properties of result_stream, for inside of it.
//
//   1 a beat stays until it is taken, and does not change, whether or not it is cut
//   2 a packet that was begun is ended before the next one begins, also after a cut
//   3 a bank is read only while its results have not left, below its count

reg seen;
reg held, begun;   // begun: a beat was taken that did not end its packet
reg [W_RESULT-1:0] data;
reg last_beat, user;
reg [23:0] count;
reg        sending;   // the same packet as in this clock

initial seen = 1'b0;

wire taken = m_axis_tvalid & m_axis_tready;
wire fresh = image == 7'd0 & (result_addr == 24'd0 | (result_addr == 24'd1 & word_there));   // nothing of the packet was offered

always @(posedge clk) begin
    seen      <= seen | rst;
    held      <= ~rst & m_axis_tvalid & ~m_axis_tready;
    data      <= m_axis_tdata;
    last_beat <= m_axis_tlast;
    user      <= m_axis_tuser;
    count     <= result_count;
    sending   <= any & ~packet_end & ~cut & ~rst;
    begun     <= ~rst & (taken ? ~m_axis_tlast : begun);
end

always @* begin
    assume (~(done & banks == 2'd2));
    assume (~sending | result_count == count);
    if (seen) begin
        assert (~held | (m_axis_tvalid & m_axis_tdata == data & m_axis_tlast == last_beat & m_axis_tuser == user));
        assert (banks != 2'd3);
        assert (~result_read | (any & result_addr != result_count));
        assert (~(fresh & (send_word | send_class)) | ~open);
        // What makes the second inductive.
        assert (~(fresh & open) | closing);
        assert (~word_there | (any & result_addr != 24'd0));
        assert (any ? result_addr <= result_count : result_addr == 24'd0);
        assert (any ? images == 7'd0 | image < images : image == 7'd0);
        assert (~(begun & ~m_axis_tvalid) | open);
        assert (~(m_axis_tvalid & ~m_axis_tlast) | open);
        assert (~(m_axis_tvalid & m_axis_tlast) | ~open);
        assert (~closing | open);
        assert (~(open & ~m_axis_tvalid & ~begun));
        assert (~(m_axis_tvalid & m_axis_tuser) | m_axis_tlast);
    end
end
